// What a thread of the library does first.
#pragma once

#include <csignal>

namespace sluice::queue::postgres {

// Signals are the main thread's: none is delivered to the one that calls this.
inline void leave_signals_to_others() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

} // namespace sluice::queue::postgres
