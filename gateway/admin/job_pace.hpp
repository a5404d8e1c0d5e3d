// How many tasks a job may do now, so that over any second it is `rate` of them. Counts in tenths
// of a task, so that nothing is lost by rounding; what one tick did not use is lost: a job that
// found nothing for a while does not make up for it. Value; any thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace sluice::gateway::admin {

class job_pace {
  public:
    static constexpr std::chrono::milliseconds tick{100};

    // `rate` tasks a second; 0: no bound.
    explicit job_pace(std::uint64_t rate)
        : rate_(rate) {}

    bool is_bounded() const { return rate_ != 0; }
    void on_tick() { tenths_ = tenths_ % ticks_a_second + rate_; }
    // What may be done before the next tick, at most `most`.
    std::uint64_t allowed(std::uint64_t most) const {
        return is_bounded() ? std::min(most, tenths_ / ticks_a_second) : most;
    }
    // Precondition: allowed.
    void spend(std::uint64_t tasks) {
        if (is_bounded()) tenths_ -= tasks * ticks_a_second;
    }

  private:
    static constexpr std::uint64_t ticks_a_second = 10;

    std::uint64_t rate_;
    std::uint64_t tenths_ = 0;
};

} // namespace sluice::gateway::admin
