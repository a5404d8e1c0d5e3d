// The outbound API's own request: who sends it, and its calls one by one. Pure functions; any
// thread.
#pragma once

#include "gateway/call/outbound_answer.hpp"
#include "gateway/outbound/create_outbound.hpp"
#include "queue/core/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::outbound {

// The API's own bounds.
inline constexpr std::size_t most_outbound_calls = 500;
inline constexpr std::size_t most_outbound_bytes = 256 * 1024;

// A body that is JSON of the right kind, not looked into yet. Views point into it.
struct outbound_envelope {
    std::string_view object; // the whole body without white space around it
    std::string security_id; // empty: none
};
call::outbound_checked<outbound_envelope> open_outbound(std::string_view body);

struct due_call {
    outbound_call call;
    queue::wall_time not_before{};
};

// What the account and the configuration say.
struct outbound_rules {
    std::string_view country_code;
    std::string_view time_zone;
    queue::wall_time now{};
    std::chrono::milliseconds max_delay{};
    std::size_t contact_numbers = 500; // of one call
};

// Every call of the request, or the first thing that is wrong. `start-time` is RFC 3339 with an
// offset or Z, with or without a fraction: it is when the call is due. A time that is past today,
// by the account's clock, means at once, as does none; a date that is past is refused.
call::outbound_checked<std::vector<due_call>> check_outbound(outbound_envelope const& request,
                                                             outbound_rules const& rules);

} // namespace sluice::gateway::outbound
