// Tasks one behind the other, linked through their nodes: first in, first out, and any of them can
// step out. Owned by an account's line; costs a task nothing beyond its node.
#pragma once

#include "queue/core/task_table.hpp"

#include <cstddef>

namespace sluice::queue {

class ready_line {
  public:
    bool empty() const { return first_ == no_slot; }
    std::size_t size() const { return size_; }
    slot_index first() const { return first_; }

    void push_back(task_table& tasks, slot_index slot) { link(tasks, slot, last_, no_slot); }
    void push_front(task_table& tasks, slot_index slot) { link(tasks, slot, no_slot, first_); }

    // In front of `behind`, which is in this line.
    void insert(task_table& tasks, slot_index slot, slot_index behind) {
        link(tasks, slot, tasks[behind].previous, behind);
    }

    void erase(task_table& tasks, slot_index slot) {
        task_node& node = tasks[slot];
        (node.previous == no_slot ? first_ : tasks[node.previous].next) = node.next;
        (node.next == no_slot ? last_ : tasks[node.next].previous) = node.previous;
        node.previous = node.next = no_slot;
        --size_;
    }

  private:
    void link(task_table& tasks, slot_index slot, slot_index before, slot_index behind) {
        tasks[slot].previous = before;
        tasks[slot].next = behind;
        (before == no_slot ? first_ : tasks[before].next) = slot;
        (behind == no_slot ? last_ : tasks[behind].previous) = slot;
        ++size_;
    }

    slot_index first_ = no_slot;
    slot_index last_ = no_slot;
    std::size_t size_ = 0;
};

} // namespace sluice::queue
