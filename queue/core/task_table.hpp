// All tasks of the engine: a slab of nodes with a free list, another of what only some of them
// have, and an index from id to slot. A node never moves and a slot is stable for the life of its
// task. Owned by the engine; one thread. Never gives memory back: slots of finished tasks are used
// again.
#pragma once

#include "queue/core/paged_vector.hpp"
#include "queue/core/record.hpp"
#include "queue/core/task_index.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace sluice::queue {

class task_table {
  public:
    task_table() = default;
    task_table(task_table const&) = delete;
    task_table& operator=(task_table const&) = delete;

    task_node& operator[](slot_index slot) { return nodes_[slot]; }
    task_node const& operator[](slot_index slot) const { return nodes_[slot]; }

    // The slot of a task, or no_slot.
    slot_index find(task_id const& id) const { return index_.find(id); }
    // `find` or `insert` of this id comes soon: when ids are known ahead, memory answers in time.
    void prefetch(task_id const& id) const { index_.prefetch(id); }
    // So many tasks are expected to be in it, and: no more are than there are.
    void reserve(std::size_t tasks) { index_.reserve(tasks); }
    void trim() { index_.trim(); }
    // Memory that nodes to come will lie in, a chunk at a time and two chunks ahead of them; empty:
    // nothing new. None as long as the table is small.
    std::span<std::byte> next_room();
    // A fresh node with this id. Precondition: the id is not in the table.
    slot_index insert(task_id const& id);
    void erase(slot_index slot);

    // Gives a fresh node that has its not_before what the task comes with beside it, payload and
    // extras moved out of it: at once, because each look for it costs as much as a look at a node.
    void load(task_node& node, accepted& from);
    // Gives payload and extras back, of a node that is erased next.
    void unload(task_node& node, accepted& to);

    // What few tasks have is made when it is set to anything but what all others have.
    void set_due(task_node& node, wall_time t) {
        if (t != node.due()) made_rest(node).due = t;
    }
    void set_attempts(task_node& node, std::uint32_t n) {
        if (n != node.attempts()) made_rest(node).attempts = n;
    }
    void set_payload(task_node& node, shared_bytes&& payload);
    task_extras& made_extras(task_node& node) { return made_cargo(node).extras.made(); }
    task_rest& made_rest(task_node& node);

    std::size_t size() const { return size_; }          // tasks
    std::size_t slots() const { return nodes_.size(); } // tasks and free slots

  private:
    task_cargo& made_cargo(task_node& node);
    void drop_cargo(task_node& node); // takes it back

    slab<task_node> nodes_;
    paged_vector<task_cargo> cargos_;
    std::vector<task_cargo*> free_cargos_;
    task_index index_{nodes_};
    slot_index free_ = no_slot;
    std::size_t announced_ = 0; // nodes up to this one had their `next_room`
    std::size_t size_ = 0;
};

} // namespace sluice::queue
