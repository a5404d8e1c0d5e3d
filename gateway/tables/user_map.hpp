// The variables of all persons, in memory: what templates and reads are answered from. In parts
// with a lock each; a person's variables are replaced as a whole and never changed, so that a
// reader keeps what he got. Any thread reads; the backend's writing thread alone writes.
#pragma once

#include "gateway/tables/user.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sluice::gateway::tables {

class user_map {
  public:
    // nullptr where nothing is kept.
    std::shared_ptr<user_variables const> find(std::string_view account,
                                               std::string_view contact) const;
    // nullptr takes the person away.
    void put(std::string_view account, std::string_view contact,
             std::shared_ptr<user_variables const> now_kept);
    // Account and contact of all.
    std::vector<std::pair<std::string, std::string>> keys() const;
    // The first contacts of an account, in their order; looks at all persons.
    std::vector<std::string> contacts_of(std::string_view account, std::size_t most) const;
    // Persons.
    std::uint64_t size() const { return size_.load(std::memory_order_relaxed); }

  private:
    struct alignas(64) part {
        mutable std::shared_mutex mutex;
        std::unordered_map<std::string, std::shared_ptr<user_variables const>> persons;
    };

    static constexpr std::size_t part_count = 64;

    static std::string key_of(std::string_view account, std::string_view contact);
    static std::size_t part_index(std::string const& key);

    std::array<part, part_count> parts_;
    std::atomic<std::uint64_t> size_{0};
};

} // namespace sluice::gateway::tables
