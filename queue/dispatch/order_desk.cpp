#include "queue/dispatch/order_desk.hpp"

#include <algorithm>

namespace sluice::queue {

void order_desk::hold(std::span<held_slot const> ours) {
    for (auto& each : slots_)
        each.is_open = false;
    for (auto const& one : ours) {
        auto& here = slots_[one.slot];
        here.generation = one.generation;
        here.is_open = one.generation > here.closed;
    }
}

bool order_desk::close(held_slot const& one) {
    auto& here = slots_[one.slot];
    if (!here.is_open || here.generation != one.generation) return false;
    here.is_open = false;
    here.closed = one.generation;
    return true;
}

void order_desk::note(std::uint16_t slot, task_id id) {
    auto const time = time_of(id);
    slots_[slot].newest = std::max(slots_[slot].newest, time);
    floor_.store(std::max(floor_.load(), time.time_since_epoch().count()));
}

} // namespace sluice::queue
