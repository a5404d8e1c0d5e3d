// How many of a lane's outcomes within the last while were failures: the books behind a breaker
// that opens by a share. Ten slices, so that counting costs nothing and the window is right within
// a tenth. Owned by a breaker; never reads a clock.
#pragma once

#include "queue/core/time.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace sluice::queue {

class failure_window {
  public:
    explicit failure_window(std::chrono::milliseconds length)
        : slice_(std::max<std::int64_t>(length.count() * 1000 / slices, 1)) {}

    // Forgets what is older than the window and counts one outcome.
    void add(bool is_failure, mono_time now);
    void clear();

    // As of the last `add`.
    std::uint64_t outcomes() const { return outcomes_; }
    std::uint64_t failures() const { return failures_; }

  private:
    static constexpr std::int64_t slices = 10;

    struct slice {
        std::uint32_t outcomes = 0;
        std::uint32_t failures = 0;
    };
    slice& at(std::int64_t index) { return ring_[static_cast<std::size_t>(index % slices)]; }
    void advance(mono_time now);

    std::int64_t slice_; // us
    std::array<slice, slices> ring_{};
    std::int64_t newest_ = 0; // index of the slice that is being filled
    std::uint64_t outcomes_ = 0;
    std::uint64_t failures_ = 0;
};

} // namespace sluice::queue
