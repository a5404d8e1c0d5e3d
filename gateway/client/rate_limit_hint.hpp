// Reads what an answer's fields say about the caller's allowance: the `RateLimit` family of the
// IETF's drafts ("RateLimit", "RateLimit-Remaining", "RateLimit-Reset", "-Reset-After") and the
// "X-RateLimit-…" fields that came before it. A pure function.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::gateway::client {

struct rate_limit_hint {
    // Calls that are left until the reset; the fewest, where several limits are named.
    std::optional<std::uint64_t> remaining;
    // Until the allowance is renewed; the longest, where several limits are named. Never more
    // than 100 years.
    std::optional<std::chrono::milliseconds> reset;

    bool is_used_up() const { return remaining == 0u; }
};

// `header_lines` as inbound_response has them. A reset is read by `parse_wait` against `now`. What
// cannot be read says nothing.
rate_limit_hint read_rate_limit(std::string_view header_lines,
                                std::chrono::sys_time<std::chrono::milliseconds> now);

} // namespace sluice::gateway::client
