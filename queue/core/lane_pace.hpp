// How the gates of a lane stand at one moment: what `explain` and the metrics show beside the
// reasons. Plain values.
#pragma once

#include "queue/core/lane_share.hpp"
#include "queue/core/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace sluice::queue {

enum class breaker_phase : std::uint8_t {
    none,     // the lane has no breaker
    closed,   // attempts go
    open,     // nothing goes until `probe_at`
    half_open // one task probes, or the next one will
};

struct lane_pace {
    std::uint32_t in_flight = 0;
    std::uint32_t limit = 0;                    // how many may be
    std::uint32_t concurrency = 0;              // what the configuration allows at most
    bool is_adaptive = false;                   // `limit` is learnt from the latency
    std::chrono::microseconds usual_latency{0}; // of an adaptive lane; 0: not known yet

    // What this gateway holds of them; nothing: all, there are no others.
    std::optional<lane_share> share;

    std::optional<std::uint64_t> tokens; // that can be taken now; nothing: the lane has no rate
    std::uint64_t burst = 0;
    std::uint64_t rate = 0; // attempts a period; 0: none is set
    std::chrono::microseconds period{0};
    std::optional<wall_time> next_token_at; // where there is none now

    breaker_phase breaker = breaker_phase::none;
    std::uint32_t failures_in_a_row = 0;
    std::optional<wall_time> probe_at;
    std::string breaker_by; // what opened it

    std::optional<wall_time> gate_until; // closed by the destination's own wish
    std::string gate_by;                 // which one

    double retry_share = 0;           // of all attempts that may be retries
    std::uint32_t least_retries = 0;  // a second, whatever the share
    std::uint64_t first_attempts = 0; // within the retry budget's ten seconds
    std::uint64_t retries = 0;
    std::optional<std::uint64_t> retries_left; // that may go now; nothing: the share is no bound
    std::uint64_t retries_held = 0;            // so often one that was due had to wait for it
    std::optional<wall_time> next_retry_at;    // where the budget is used up
};

} // namespace sluice::queue
