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
    drop_cargo(nodes_[slot]);
    nodes_[slot] = task_node{};
    nodes_[slot].next = free_;
    free_ = slot;
    --size_;
}

std::span<std::byte> task_table::next_room() {
    constexpr std::size_t chunk = (std::size_t{4} << 20) / sizeof(task_node);
    if (nodes_.size() < chunk || announced_ > nodes_.size() + chunk) return {};
    auto const first = std::max(announced_, nodes_.size());
    auto const room = nodes_.room(first, chunk);
    announced_ = first + room.size() / sizeof(task_node);
    return room;
}

void task_table::load(task_node& node, accepted& from) {
    new_task& task = from.task;
    bool const is_plain =
        task.accepted_at == time_of(node.id) && task.expires_at == never && from.attempts == 0;
    if (!is_plain) {
        auto& rest = made_rest(node);
        rest.accepted_at = task.accepted_at;
        rest.expires_at = task.expires_at;
        rest.attempts = from.attempts;
    }
    if (!task.payload && !task.extras) return;
    auto& cargo = made_cargo(node);
    cargo.payload = std::move(task.payload);
    cargo.extras = std::move(task.extras);
}

void task_table::set_payload(task_node& node, shared_bytes&& payload) {
    if (payload) {
        made_cargo(node).payload = std::move(payload);
    } else if (node.cargo) {
        node.cargo->payload = {};
        if (node.cargo->is_empty()) drop_cargo(node);
    }
}

void task_table::unload(task_node& node, accepted& to) {
    auto* const has = node.cargo.get();
    if (!has) return;
    to.task.payload = std::move(has->payload);
    to.task.extras = std::move(has->extras);
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
    if (auto* const has = node.cargo.get()) return *has;
    task_cargo* fresh = nullptr;
    if (free_cargos_.empty()) {
        fresh = &cargos_.extend();
    } else {
        fresh = free_cargos_.back();
        free_cargos_.pop_back();
    }
    node.cargo = fresh;
    return *fresh;
}

void task_table::drop_cargo(task_node& node) {
    auto* const has = node.cargo.get();
    if (!has) return;
    *has = {};
    free_cargos_.push_back(has);
    node.cargo = nullptr;
}

} // namespace sluice::queue
