// The process's file descriptors are one pool for callers, deliveries, the admin listener and the
// journal. The system gives out the lowest free number, so the number of a new descriptor tells how
// many are in use: who comes first to the end of the pool stops, and the rest is kept for the
// others.
#pragma once
#include "gateway/http/net.hpp"

#include <cstddef>

namespace sluice::gateway::http {

// How many descriptors the process may have now (RLIMIT_NOFILE, the soft limit).
std::size_t descriptor_limit();
// How many of `limit` callers may use: a quarter is kept for deliveries and the rest.
std::size_t descriptors_for_callers(std::size_t limit);
// How many of them are in use at most when a delivery opens a connection: a few are kept for the
// journal and the admin listener.
std::size_t descriptors_for_deliveries(std::size_t limit);

// Errors that stay until somebody gives something back: descriptors, buffers, memory.
bool is_shortage(error_code const& ec);

} // namespace sluice::gateway::http
