// Waiting for a condition with a deadline: the only waiting that tests do.
// For tests of real programs; tests of parts move a clock of their own instead.
#pragma once

#include <chrono>
#include <poll.h>

namespace sluice::tests {

// Asks `condition` every few milliseconds until it holds or the time is over; says whether it
// held. A slow machine makes a test slower, never red, so the limit may be generous.
template <class Condition>
bool wait_until(Condition condition, std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    constexpr int step_ms = 5;
    auto const deadline = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= deadline) {
            return false;
        }
        ::poll(nullptr, 0, step_ms);
    }
    return true;
}

} // namespace sluice::tests
