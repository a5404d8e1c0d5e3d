// [retention]: how long finished tasks and dead letters are kept. A plain value with its
// defaults. Written by load(), only read afterwards.
#pragma once

#include <chrono>
#include <cstdint>

namespace sluice::gateway::config {

// [retention]: how long finished tasks can be looked at. Whichever bound is met first ends it.
struct retention {
    std::chrono::milliseconds time = std::chrono::hours(24);
    std::uint64_t count = 1'000'000;
    // Dead letters, which can be redriven until then. Key `dead_time` and `dead_count`.
    std::chrono::milliseconds dead_time = std::chrono::hours(24 * 30);
    std::uint64_t dead_count = 1'000'000;

    friend bool operator==(retention const&, retention const&) = default;
};

} // namespace sluice::gateway::config
