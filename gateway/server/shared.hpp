// What the connections of one listener share. Owned by the listener, outlives its connections,
// used on its thread only.
#pragma once
#include "gateway/server/counters.hpp"
#include "gateway/server/date.hpp"
#include "gateway/server/handler.hpp"
#include "gateway/server/options.hpp"

namespace sluice::gateway::server {

struct server_shared {
    server_options options;
    handler& requests;
    server_counters counters = {};
    date_line date = {};
    std::size_t unsent = 0; // bytes of answers given and not yet written, of all connections
};

} // namespace sluice::gateway::server
