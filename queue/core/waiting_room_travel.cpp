// Tasks that travel together: who may join, and who goes again in the same company.
#include "queue/core/waiting_room.hpp"

namespace sluice::queue {

bool waiting_room::rides(slot_index slot, task_state state) {
    task_node& node = tasks_[slot];
    if (!node.is_in_batch() || batches_.enter(slot)) return false;
    node.seat = seat::aboard;
    set_state(node, state);
    return true;
}

slot_index waiting_room::take_rider(std::uint64_t batch) {
    slot_index const slot = batches_.take_rider(batch);
    if (slot == no_slot) return no_slot;
    tasks_[slot].seat = seat::none;
    unseat(slot); // out of what expires
    return slot;
}

slot_index waiting_room::take_orphan(std::uint64_t batch) {
    slot_index const slot = batches_.take_orphan(batch);
    if (slot == no_slot) return no_slot;
    tasks_[slot].seat = seat::none;
    unseat(slot);
    return slot;
}

void waiting_room::depart(slot_index slot) {
    task_node& node = tasks_[slot];
    node.seat = seat::in_flight;
    set_state(node, task_state::in_flight);
}

} // namespace sluice::queue
