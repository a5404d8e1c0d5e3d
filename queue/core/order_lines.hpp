// Tasks with the same order key, one behind the other in the order of their acceptance: only the
// first of each may be sent, through all its retries, until it is finished. Owned by the engine;
// linked through the nodes, 32 bytes a key.
#pragma once

#include "queue/core/order_slot.hpp"
#include "queue/core/task_table.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <cstdint>

namespace sluice::queue {

class order_lines {
  public:
    explicit order_lines(task_table& tasks)
        : tasks_(tasks) {}

    // By its turn: who was just accepted goes last; in replay a record that was copied forward
    // comes later than its successors. But nobody goes before a task that was let go already, as
    // one that is adopted while a later one is being sent would. Precondition of all: it has an
    // order key.
    void enter(slot_index slot);

    // Takes a task out. Returns the task that is first by it, or no_slot if it was not the first
    // or the last one.
    slot_index leave(slot_index slot);

    // The task that must be finished first. Precondition: `slot` is not the first.
    slot_index first_of(slot_index slot) const;
    std::size_t keys() const { return lines_.size(); }
    // How many tasks of this slot are in line.
    std::uint32_t tasks_of(std::uint16_t slot) const { return counts_[slot]; }

  private:
    struct line {
        slot_index first = no_slot;
        slot_index last = no_slot;
    };
    // Two keys with one hash would only wait for each other.
    std::uint64_t hash_of(slot_index slot) const;
    bool is_before(slot_index a, slot_index b) const;
    // Whether it may be on its way: two of one key never are.
    bool is_let_go(slot_index slot) const;
    std::uint32_t& count_of(slot_index slot);
    void link(line& l, slot_index slot, slot_index before, slot_index behind);

    task_table& tasks_;
    boost::unordered_flat_map<std::uint64_t, line> lines_;
    std::array<std::uint32_t, order_slots> counts_{}; // tasks in line, by the slots of their keys
};

} // namespace sluice::queue
