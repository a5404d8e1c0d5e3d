#include "queue/core/task_table.hpp"

namespace sluice::queue {

slot_index task_table::insert(task_id const& id) {
    slot_index slot = free_;
    if (slot == no_slot) {
        slot = static_cast<slot_index>(nodes_.size());
        nodes_.push_back({});
    } else {
        free_ = nodes_[slot].next;
        nodes_[slot].next = no_slot;
    }
    nodes_[slot].id = id;
    index_.insert(slot);
    ++size_;
    return slot;
}

void task_table::erase(slot_index slot) {
    index_.erase(slot);
    nodes_[slot] = task_node{};
    nodes_[slot].next = free_;
    free_ = slot;
    --size_;
}

} // namespace sluice::queue
