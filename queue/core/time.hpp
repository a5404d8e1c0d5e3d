// Time as values. The core never reads a clock: whoever calls it passes an `instant`.
// Two scales, so that a step of the wall clock neither loses nor stampedes anything: due times are
// wall-clock (what a caller asked for), everything that measures (retries, buckets, gates,
// breakers) is monotonic.
#pragma once

#include <chrono>

namespace sluice::queue {

// UTC, milliseconds since 1970: the scale of `not_before`, `expires_at` and of the journal.
using wall_time = std::chrono::sys_time<std::chrono::milliseconds>;

// The scale of durations; means nothing outside this process.
using mono_time = std::chrono::time_point<std::chrono::steady_clock, std::chrono::microseconds>;

// One moment on both scales.
struct instant {
    wall_time wall;
    mono_time mono;
};

inline constexpr wall_time never = wall_time::max();

} // namespace sluice::queue
