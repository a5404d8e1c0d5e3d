// What the configuration says about one destination, as far as the queue cares. Plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice::queue {

// When a failed attempt is tried again: by list, or by exponential backoff where `schedule` is
// empty. The first bound reached stops.
struct retry_options {
    std::vector<std::chrono::milliseconds>
        schedule; // wait before attempt 2, 3, …; the last repeats
    std::chrono::milliseconds min_backoff{1000};
    std::chrono::milliseconds max_backoff{3600 * 1000};
    double multiplier = 2.0;
    double jitter = 0.2;                              // 0…1: share of the wait that is random
    std::uint32_t max_attempts = 10;                  // 1 and up
    std::optional<std::chrono::milliseconds> max_age; // counted from not_before
};

// Opens after `failures` failures in a row, or when `failure_share` of the outcomes within `window`
// are failures; while open nothing is sent; then one real task probes.
struct breaker_options {
    std::uint32_t failures = 5; // 0: the share alone
    std::chrono::milliseconds open_for{30'000};
    std::chrono::milliseconds max_open_for{30'000}; // equal to open_for: no back-off
    double failure_share = 0;                       // 0…1; 0: the row alone
    std::chrono::milliseconds window{30'000};       // of the share
    std::uint32_t min_attempts = 20;                // outcomes in it: fewer say nothing
};

// The destination's latency says how many may be in flight, up to lane_options::concurrency.
struct adaptive_options {
    std::uint32_t min = 1; // never fewer
};

// How many retries a lane may make: at most `share` of its attempts, first ones and retries, over
// ten seconds, and `least` a second may always go.
struct retry_budget_options {
    double share = 0.2;       // 0…1 of all attempts of the last ten seconds; 1: no bound
    std::uint32_t least = 10; // a second, 1 and up
    friend bool operator==(retry_budget_options const&, retry_budget_options const&) = default;
};

struct lane_options {
    std::uint64_t rate = 0; // attempts a period; 0: unlimited
    std::chrono::microseconds period{1'000'000};
    std::uint64_t burst = 1;                  // 1 and up; tokens that may gather
    std::uint32_t concurrency = 64;           // attempts in flight, 1 and up
    std::optional<adaptive_options> adaptive; // none: always `concurrency`
    retry_options retry;
    retry_budget_options retry_budget;
    std::chrono::milliseconds max_retry_after{3600 * 1000}; // the gate is closed no longer
    std::optional<breaker_options> breaker;
    std::uint32_t batch = 1;                // tasks that may travel in one attempt
    std::uint64_t batch_bytes = 256 * 1024; // of their payloads together
    // After so long an attempt is over, whatever came of it; zero: not known. Adopted tasks with an
    // order key wait as long: the dead owner may only be frozen with an attempt under way.
    std::chrono::milliseconds attempt_timeout{0};
    bool pins_render_time = false; // the first attempt's time is journalled before it is sent
};

} // namespace sluice::queue
