#include "queue/core/task_table.hpp"

namespace sluice::queue {

task_table::task_table() {
    index_.reserve(shard_count);
    for (std::size_t i = 0; i < shard_count; ++i) {
        index_.emplace_back(0, slot_hash{this}, slot_equal{this});
    }
}

slot_index task_table::find(task_id const& id) const {
    auto const& part = index_[shard_of(id)];
    auto const found = part.find(id);
    return found == part.end() ? no_slot : *found;
}

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
    index_[shard_of(id)].insert(slot);
    ++size_;
    return slot;
}

void task_table::erase(slot_index slot) {
    index_[shard_of(nodes_[slot].id)].erase(slot);
    nodes_[slot] = task_node{};
    nodes_[slot].next = free_;
    free_ = slot;
    --size_;
}

} // namespace sluice::queue
