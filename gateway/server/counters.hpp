// What one listener counts. Written by the listener's thread alone, read by any thread at any
// time: relaxed atomics, so that a count costs as much as an ordinary addition.
#pragma once
#include "gateway/http/counter.hpp"

#include <array>
#include <cstddef>

namespace sluice::gateway::server {

using http::counter;

struct server_counters {
    // The statuses that the server answers by itself, without asking the handler.
    static constexpr std::array<unsigned, 11> own_statuses{400, 405, 408, 413, 414, 417,
                                                           431, 500, 501, 503, 505};

    counter connections_open;
    counter connections_accepted;
    counter connections_closed;
    // Closed at once because `max_connections` were open.
    counter connections_refused;
    // Pauses of accepting because descriptors or memory had run out.
    counter accept_pauses;
    // TLS handshakes that failed or took too long.
    counter handshakes_failed;
    // Whole requests given to the handler.
    counter requests;
    // Deadlines that passed: header, request, write, idle.
    counter timeouts;
    counter bytes_in;
    counter bytes_out;
    // Answers given by the server itself, in the order of `own_statuses`.
    std::array<counter, own_statuses.size()> refusals;

    // The counter of one of `own_statuses`; any other status is counted as 400.
    counter& refusals_with(unsigned status) {
        for (std::size_t i = 0; i < own_statuses.size(); ++i) {
            if (own_statuses[i] == status) return refusals[i];
        }
        return refusals[0];
    }
};

} // namespace sluice::gateway::server
