// Due tasks that may travel in one request, found by their line and travel key. Tasks wait in
// their account's line; here stand only their slots, first in, first out. Owned by the waiting
// room; 4 bytes a due task, and what left is swept out before it is half of it.
#pragma once

#include "queue/core/task_table.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sluice::queue {

class travel_lines {
  public:
    explicit travel_lines(task_table& tasks)
        : tasks_(tasks) {}

    // A task that may join others came into its account's line, or is about to leave it.
    void enter(slot_index slot);
    void leave(slot_index slot);

    // The oldest task in its line that may travel with `slot`, or no_slot. It stays.
    slot_index first_like(slot_index slot);

    std::size_t keys() const { return lines_.size(); }

  private:
    struct line {
        std::vector<slot_index> slots; // some may have left
        std::size_t first = 0;         // those before it have been taken
        std::size_t waiting = 0;       // tasks that are really there
    };
    // Two keys with one hash share a line; `is_like` tells them apart.
    std::uint64_t hash_of(slot_index slot) const;
    bool is_like(slot_index a, slot_index b) const;
    void sweep(line& l);

    task_table& tasks_;
    boost::unordered_flat_map<std::uint64_t, line> lines_;
};

} // namespace sluice::queue
