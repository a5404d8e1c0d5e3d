#include "queue/core/batches.hpp"

namespace sluice::queue {

bool batches::enter(slot_index slot, std::optional<mono_time> retry_at) {
    task_node& node = tasks_[slot];
    batch& b = batches_[node.extras()->batch];
    b.retry_at = retry_at;
    if (b.carrier == no_slot || b.carrier == slot) {
        b.carrier = slot;
        return true;
    }
    node.previous = no_slot;
    node.next = b.first_rider;
    if (b.first_rider != no_slot) tasks_[b.first_rider].previous = slot;
    b.first_rider = slot;
    return false;
}

void batches::unlink(batch& b, slot_index slot) {
    task_node& node = tasks_[slot];
    (node.previous == no_slot ? b.first_rider : tasks_[node.previous].next) = node.next;
    if (node.next != no_slot) tasks_[node.next].previous = node.previous;
    node.previous = node.next = no_slot;
}

void batches::step_out(slot_index slot) {
    task_node& node = tasks_[slot];
    auto const found = batches_.find(node.extras()->batch);
    if (found == batches_.end()) return;
    batch& b = found->second;
    if (node.seat == seat::aboard) {
        unlink(b, slot);
    } else if (b.carrier == slot) {
        b.carrier = no_slot;
    }
    if (b.carrier == no_slot && b.first_rider == no_slot) batches_.erase(found);
}

slot_index batches::take_rider(std::uint64_t id) {
    auto const found = batches_.find(id);
    if (found == batches_.end()) return no_slot;
    batch& b = found->second;
    slot_index const rider = b.first_rider;
    if (rider != no_slot) unlink(b, rider);
    if (b.carrier == no_slot && b.first_rider == no_slot) batches_.erase(found);
    return rider;
}

slot_index batches::take_orphan(std::uint64_t id, std::optional<mono_time>& retry_at) {
    auto const found = batches_.find(id);
    if (found == batches_.end() || found->second.carrier != no_slot) return no_slot;
    retry_at = found->second.retry_at;
    return take_rider(id);
}

slot_index batches::carrier_of(std::uint64_t id) const {
    auto const found = batches_.find(id);
    return found == batches_.end() ? no_slot : found->second.carrier;
}

} // namespace sluice::queue
