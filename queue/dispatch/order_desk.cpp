#include "queue/dispatch/order_desk.hpp"

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

} // namespace sluice::queue
