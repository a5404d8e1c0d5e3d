// How busy the calling thread was: what it ran and what it waited for a processor, from the
// kernel's account. A generator that is starved is as late as one that has too much to do.
#pragma once

#include <chrono>

namespace sluice::gateway::stress {

struct thread_use {
    std::chrono::nanoseconds ran{0};
    std::chrono::nanoseconds waited{0}; // Ready to run, and not run.
};

// Since the thread's start. Where the kernel keeps no such account, only what it ran.
thread_use use_of_this_thread();

// The share of `wall` in which the thread was not idle, 0 to 1.
double busy_share(thread_use const& before, thread_use const& after, std::chrono::nanoseconds wall);

} // namespace sluice::gateway::stress
