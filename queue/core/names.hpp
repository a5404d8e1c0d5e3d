// Small dense numbers for the names of destinations and accounts, so that a task holds four bytes
// and no string. A number is given once and holds for the life of the process, also when the
// configuration drops the name. Owned by the core; other threads keep the numbers only.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::queue {

enum class lane_id : std::uint32_t {};
enum class account_id : std::uint32_t {};

template <class Id>
class name_table {
  public:
    // The number of `name`, given now if it is new.
    Id intern(std::string_view name) {
        // Records that follow each other name the same as a rule.
        auto const last = static_cast<std::size_t>(last_);
        if (last < names_.size() && names_[last] == name) return last_;
        last_ = number_of(name);
        return last_;
    }

    // The number of a name that has one.
    std::optional<Id> find(std::string_view name) const {
        auto const found = ids_.find(name);
        if (found == ids_.end()) return std::nullopt;
        return found->second;
    }

    // `id` must come from `intern` of this table. The view lives as long as the table.
    std::string_view name(Id id) const { return names_[static_cast<std::size_t>(id)]; }
    std::size_t size() const { return names_.size(); }

  private:
    Id number_of(std::string_view name) {
        if (auto found = ids_.find(name); found != ids_.end()) return found->second;
        auto const id = static_cast<Id>(names_.size());
        names_.emplace_back(name);
        ids_.emplace(std::string_view(names_.back()), id);
        return id;
    }

    Id last_{};                     // the one that was interned last
    std::deque<std::string> names_; // a deque: views into it stay valid
    boost::unordered_flat_map<std::string_view, Id> ids_;
};

struct names {
    name_table<lane_id> lanes;
    name_table<account_id> accounts;
};

} // namespace sluice::queue
