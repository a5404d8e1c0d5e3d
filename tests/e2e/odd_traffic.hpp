// The table of hostile and unusual requests, turned towards a route that queues what it takes, and
// what comes back for it. For tests that ask whether anybody reads a request that is none.
#pragma once

#include "tests/gateway/server/odd_requests.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::tests::e2e {

// Lines of [limits] that the table counts on.
inline constexpr char odd_limits[] =
    "header = \"4KiB\"\nuri = \"1KiB\"\nbody = \"1KiB\"\nheaders = 20\n";

// odd_requests() with /in/crm in place of the path "/".
std::vector<odd_request> odd_calls();

// A call that would be queued: what stands behind an odd request, or is hidden in it.
std::string hidden_call(std::size_t n);

// Sends `bytes` and gives everything that comes back until the peer closes or is silent.
std::string everything_back(std::uint16_t port, std::string_view bytes, bool finishes);

// "202 404" for an answer with status 202 and one with 404; interim answers are left out.
std::string statuses_of(std::string_view received);

} // namespace sluice::tests::e2e
