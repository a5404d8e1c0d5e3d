// What one client counts. Written by its thread alone, read by any thread at any time.
#pragma once

#include "gateway/http/counter.hpp"

namespace sluice::gateway::client {

using http::counter;

struct client_counters {
    counter exchanges;          // final answers received
    counter failures;           // requests that ended without one
    counter connections_opened; // dialled successfully
    counter connections_open;   // at this moment, those that are being dialled included
    counter connections_idle;   // at this moment
    counter dials_failed;       // resolve, policy, connect, proxy or TLS
    // Requests sent again because a kept connection turned out to be closed. Costs no attempt.
    counter stale_retries;
    counter answers_truncated; // cut at the response limit
};

} // namespace sluice::gateway::client
