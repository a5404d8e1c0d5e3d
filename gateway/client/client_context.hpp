// What all connections of one client share: its thread's executor, limits, counters and the one
// piece of memory that is read into. Owned by the client and by everything that may outlive it.
#pragma once

#include "gateway/client/counters.hpp"
#include "gateway/client/options.hpp"
#include "gateway/client/resolver.hpp"

#include <boost/asio/io_context.hpp>

#include <vector>

namespace sluice::gateway::client {

struct client_context {
    client_context(boost::asio::io_context& io, resolver& all_names, client_options const& given)
        : executor(io.get_executor())
        , names(all_names)
        , options(given)
        , read_buffer(given.read_bytes) {}

    boost::asio::io_context::executor_type executor;
    resolver& names;
    client_options options;
    client_counters counters;
    // What is read is used before the next read of any connection: one thread, no wait between.
    std::vector<char> read_buffer;
};

} // namespace sluice::gateway::client
