// When a failed attempt is made again, or why not. A pure function of the options and of values:
// the caller brings the random number and the time.
#pragma once

#include "queue/core/lane_options.hpp"
#include "queue/core/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace sluice::queue {

// Why there is no further attempt; the first bound reached stops.
enum class retry_stop : std::uint8_t {
    none,         // there is one
    max_attempts, // as many were made as may be
    max_age,      // the next would come later than max_age after not_before
    expires_at    // the next would come when the task has expired
};

struct retry_question {
    std::uint32_t attempts = 1;                           // ended so far, this one included
    std::uint64_t random = 0;                             // any 64 bits
    std::optional<std::chrono::milliseconds> retry_after; // what the destination asked for
    wall_time now{};
    wall_time not_before{};
    wall_time expires_at = never;
};

struct retry_answer {
    std::chrono::milliseconds wait{0}; // when stop is none
    retry_stop stop = retry_stop::none;
};

// The configured wait after `attempts` ended attempts (1 and up), with jitter: spread evenly over
// [wait * (1 - jitter), wait * (1 + jitter)], as Standard Webhooks suggests, so that tasks that
// failed together do not come back together. `max_backoff` bounds the wait before jitter.
std::chrono::milliseconds backoff(retry_options const& options, std::uint32_t attempts,
                                  std::uint64_t random);

// The wait is the backoff, or what Retry-After asks for where that is longer.
retry_answer next_attempt(retry_options const& options, retry_question const& question);

// Such as "3d", "90s", "1500ms": the largest unit that divides it.
std::string to_text(std::chrono::milliseconds duration);

} // namespace sluice::queue
