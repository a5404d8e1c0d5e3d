// A task's message as the request that an attempt makes of it: what the endpoint adds by itself is
// not in it. Used for what is sent, and for showing later what was. Pure; any thread.
#pragma once

#include "gateway/client/endpoint.hpp"
#include "gateway/client/signature.hpp"
#include "queue/core/attempt.hpp"
#include "queue/dispatch/clock.hpp"

#include <span>
#include <string>
#include <string_view>

namespace sluice::gateway::delivery {

// Views point into the attempt's payload or into the texts here, whose memory is used again.
struct written_request {
    std::string_view method;
    std::string target; // empty: the endpoint's own
    std::string header_lines;
    std::string_view body;
    std::string own_body;       // only where a time is written into it, or several are joined
    bool has_own_agent = false; // the message brings a User-Agent
    bool is_once = false;       // the first failure is final
};

struct request_order {
    queue::attempt const& what;
    client::endpoint const& to;
    std::span<client::webhook_key const> keys; // none: the gateway signs nothing
    bool is_report = false;                    // `written_request::target` says already where to
    queue::clock const& time;
};

// Why the payload cannot be made into a request; empty when it was.
std::string write_request(written_request& out, request_order const& from);

} // namespace sluice::gateway::delivery
