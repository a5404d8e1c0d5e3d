// A batch whose tasks have order keys of several homes, as the parts that go to each, and the one
// answer that theirs become. Pure; any thread.
#pragma once

#include "gateway/call/order_homes.hpp"
#include "queue/core/order_slot.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::endpoints {

class batch_homes {
  public:
    // The entries in their order: one that is refused, with what its result says behind the index;
    // and one that is taken, with its order key or null. `json` lives as long as the request.
    void add_refused(std::string rest);
    void add(std::string_view json, std::string const* order_key);
    bool has_keys() const { return has_keys_; }

    struct part {
        std::vector<std::size_t> entries; // by their indices
        std::vector<queue::held_slot> slots;
        bool is_here = false;
    };
    using finder = std::function<std::optional<call::order_home>(std::uint16_t slot)>;
    // By the logs of the homes; entries without a key are this gateway's, `own`. Nothing where a
    // key has no home at the moment.
    using home_parts = std::map<std::uint32_t, part>;
    std::optional<home_parts> split(finder const& find, std::uint32_t own) const;
    // The same of a part alone, whose slots have moved.
    std::optional<home_parts> split(part const& of, finder const& find, std::uint32_t own) const;

    // By the slots of the keys, whoever their homes are, so that the same batch is taken apart in
    // the same way at any time; entries without a key are a part of their own, without a slot. In
    // the order of their first entries.
    struct slot_part {
        std::optional<std::uint16_t> slot;
        part of;
    };
    std::vector<slot_part> by_slot() const;

    // The body of a part.
    std::string body_of(part const& of) const;
    // The results of a part: what its home answered, or the same refusal for each entry. False,
    // with nothing taken: it answered something else than results.
    bool take(part const& of, call::home_answer const& answer);
    void refuse(part const& of, std::string_view rest);
    // How many entries were taken; the answer when all parts are there.
    std::size_t taken() const { return taken_; }
    std::string text() const;

  private:
    struct entry {
        std::string_view json;
        std::optional<std::uint16_t> slot;
        std::string rest; // of its result
    };
    std::vector<entry> entries_;
    bool has_keys_ = false;
    std::size_t taken_ = 0;
};

} // namespace sluice::gateway::endpoints
