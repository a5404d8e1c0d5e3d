// How many attempts a lane may have in flight, learnt from the destination: while its latency stays
// what it is when there is little to do, the limit grows; when attempts begin to queue up there, or
// it says that it has too much, the limit shrinks. Always within the bounds of the configuration.
// Owned by a lane with `adaptive`; never reads a clock.
//
// Inside: attempts are measured by windows. Each compares its mean latency with the usual one; the
// limit goes down with their ratio (the gradient) once that passes `tolerance`, and up by the root
// of the limit otherwise, but only where the lane really used what it had. The usual latency is
// learnt where the lane is not full; a full lane can only lower it, lest the waiting that it
// causes itself becomes what is usual.
#pragma once

#include "queue/core/time.hpp"

#include <chrono>
#include <cstdint>

namespace sluice::queue {

class concurrency_limit {
  public:
    // In flight at once: 1 <= least <= most.
    concurrency_limit(std::uint32_t least, std::uint32_t most);
    // Other bounds; what was learnt stays.
    void reconfigure(std::uint32_t least, std::uint32_t most);

    std::uint32_t limit() const;
    // Zero until something was learnt.
    std::chrono::microseconds usual_latency() const;

    // An attempt ended. `in_flight`: with it.
    // It was answered after `latency`, by a destination that does not say it has too much.
    void on_answer(std::chrono::microseconds latency, std::uint32_t in_flight, mono_time now);
    // It timed out, or the destination says that it has too much (429, 503).
    void on_overload(std::uint32_t in_flight, mono_time now);

  private:
    void count(std::uint32_t in_flight, mono_time now);
    void close_window();
    void learn(double recent, bool was_full);

    double least_;
    double most_;
    double limit_;
    double usual_us_ = 0;
    // The window that is being filled.
    mono_time begun_{};
    double sum_us_ = 0;
    std::uint32_t answers_ = 0;
    std::uint32_t overloads_ = 0;
    std::uint32_t peak_ = 0; // most in flight
};

} // namespace sluice::queue
