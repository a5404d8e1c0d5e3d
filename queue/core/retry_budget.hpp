// Bounds a lane's retries to a share of all its attempts over 10 s, and never below a floor a
// second: with 20 % and 10 a second, a destination that fails gets at most 1.25 times the load once
// that load passes 40 a second. Owned by a lane. It delays retries and never first attempts.
#pragma once

#include "queue/core/lane_options.hpp"
#include "queue/core/time.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace sluice::queue {

class retry_budget {
  public:
    // What was counted so far stays. `part` of the floor is ours, 0…1: gateways that share a
    // destination divide it. The share of attempts needs no dividing: each one's adds up to it.
    void configure(retry_budget_options const& options, double part = 1);

    // Whether a retry may go at `now`, and when the next may at the latest if not.
    bool allows(mono_time now);
    // The moment from which the floor lets a retry go that `ahead` others precede; the share may
    // let it go earlier. `now` where it may go now.
    mono_time ready_at(mono_time now, std::uint64_t ahead = 0);
    // How many may go now; nothing: any number, because the share is all of the attempts.
    std::optional<std::uint64_t> available(mono_time now);

    // Over the last ten seconds.
    std::uint64_t first_attempts(mono_time now);
    std::uint64_t retries(mono_time now);

    void on_first_attempt(mono_time now);
    void on_retry(mono_time now);

  private:
    static constexpr std::int64_t slice_us = 100'000;
    static constexpr std::int64_t slices = 100; // of 100 ms: 10 s
    static constexpr std::int64_t slices_a_second = 10;

    struct slice {
        std::uint32_t first = 0;
        std::uint32_t retries = 0;
    };
    slice& at(std::int64_t index) { return ring_[static_cast<std::size_t>(index % slices)]; }
    // Over the floor's window.
    void count_window();
    // Moves the windows to `now`: what is older than 10 s is forgotten.
    void advance(mono_time now);

    retry_budget_options options_;
    std::uint64_t least_ = 10; // so many go in any `window_`, whatever the share
    std::int64_t window_ =
        slices_a_second; // in slices; longer where less than one a second is ours
    std::array<slice, slices> ring_{};
    std::int64_t newest_ = 0; // index of the slice that is being filled
    std::uint64_t first_ = 0; // over 10 s
    std::uint64_t retries_ = 0;
    std::uint64_t retries_in_window_ = 0;
};

} // namespace sluice::queue
