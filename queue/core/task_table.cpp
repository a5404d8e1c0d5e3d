#include "queue/core/task_table.hpp"

#include <utility>

namespace sluice::queue {

slot_index task_table::insert(task_id const& id) {
    slot_index slot = free_;
    if (slot == no_slot) {
        slot = static_cast<slot_index>(nodes_.size());
        nodes_.push_back(task_node{});
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
    unload(nodes_[slot]);
    nodes_[slot] = task_node{};
    nodes_[slot].next = free_;
    free_ = slot;
    --size_;
}

void task_table::set_payload(task_node& node, shared_bytes&& payload) {
    if (payload) {
        made_cargo(node).payload = std::move(payload);
    } else if (node.cargo) {
        node.cargo->payload = {};
        if (node.cargo->is_empty()) unload(node);
    }
}

void task_table::set_extras(task_node& node, boxed<task_extras>&& extras) {
    if (extras || node.cargo) made_cargo(node).extras = std::move(extras);
}

boxed<task_extras> task_table::take_extras(task_node& node) {
    return node.cargo ? std::move(node.cargo->extras) : boxed<task_extras>();
}

task_rest& task_table::made_rest(task_node& node) {
    auto& rest = made_cargo(node).rest;
    if (!rest) {
        rest.made().due = node.not_before;
        rest->accepted_at = time_of(node.id);
    }
    return *rest;
}

task_cargo& task_table::made_cargo(task_node& node) {
    if (node.cargo) return *node.cargo;
    if (free_cargos_.empty()) {
        cargos_.push_back({});
        node.cargo = &cargos_.back();
    } else {
        node.cargo = free_cargos_.back();
        free_cargos_.pop_back();
    }
    return *node.cargo;
}

void task_table::unload(task_node& node) {
    if (!node.cargo) return;
    *node.cargo = {};
    free_cargos_.push_back(node.cargo.get());
    node.cargo = nullptr;
}

} // namespace sluice::queue
