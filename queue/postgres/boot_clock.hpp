// The clock of leases: it goes on while the machine is suspended, and nobody can set it.
// (CLOCK_BOOTTIME. What it does not see: a guest whose clocks were stopped with it.)
#pragma once

#include <chrono>

namespace sluice::queue::postgres {

struct boot_clock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<boot_clock>;
    static constexpr bool is_steady = true;

    static time_point now() noexcept; // for drivers; any thread
};

using boot_time = boot_clock::time_point;

} // namespace sluice::queue::postgres
