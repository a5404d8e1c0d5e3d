// When a failed delivery is tried again, and when to stop: the first bound reached stops.
// Values only; the arithmetic is the queue's.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace sluice::gateway::config {

// Delays one after the other; the last one repeats when more attempts are allowed.
struct retry_schedule {
    std::vector<std::chrono::milliseconds> delays; // Never empty after load().

    friend bool operator==(retry_schedule const&, retry_schedule const&) = default;
};

// min_backoff * multiplier^n, at most max_backoff.
struct exponential_backoff {
    std::chrono::milliseconds min_backoff = std::chrono::seconds(1);
    std::chrono::milliseconds max_backoff = std::chrono::hours(1);
    double multiplier = 2.0; // 1.0 and up.

    friend bool operator==(exponential_backoff const&, exponential_backoff const&) = default;
};

// The Standard Webhooks ladder: 5s 5m 30m 2h 5h 10h 14h 20h 24h.
retry_schedule standard_webhooks_schedule();

struct retry_policy {
    std::variant<retry_schedule, exponential_backoff> delays = standard_webhooks_schedule();
    double jitter = 0.2;                              // 0..1: the share of a delay that is random.
    unsigned max_attempts = 10;                       // 1 and up, the first attempt included.
    std::optional<std::chrono::milliseconds> max_age; // Counts from not_before.

    friend bool operator==(retry_policy const&, retry_policy const&) = default;
};

// Opens after so many failures in a row, or by their share within a window, and closes by one
// probe that succeeds.
struct breaker {
    unsigned failures = 5; // In a row; 0: only the share counts.
    std::chrono::milliseconds open_for = std::chrono::seconds(30);
    // Each failed probe doubles the time up to this. Equal to open_for: no back-off.
    std::chrono::milliseconds max_open_for = std::chrono::seconds(30);
    double failure_share = 0; // 0..1 of the attempts in the window; 0: only the row counts.
    std::chrono::milliseconds window = std::chrono::seconds(30);
    unsigned min_attempts = 20; // In the window, before the share counts.

    friend bool operator==(breaker const&, breaker const&) = default;
};

// How many of a destination's attempts may be retries.
struct retry_budget {
    double share = 0.2;  // 0..1 of all its attempts over ten seconds; 1: no bound.
    unsigned least = 10; // Retries a second that may go whatever the share says; 1 and up.

    friend bool operator==(retry_budget const&, retry_budget const&) = default;
};

// So many in a period, with so many at once.
struct rate_limit {
    std::uint64_t count = 0;
    std::chrono::milliseconds period = std::chrono::seconds(1);
    std::uint64_t burst = 1;

    friend bool operator==(rate_limit const&, rate_limit const&) = default;
};

} // namespace sluice::gateway::config
