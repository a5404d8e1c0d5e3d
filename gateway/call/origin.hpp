// Where a call came from: the address that allow lists are held against, and whether it came by
// HTTPS. Pure; any thread.
#pragma once

#include "gateway/config/network.hpp"
#include "gateway/server/request.hpp"

#include <span>

namespace sluice::gateway::call {

// Of a caller whom a trusted proxy names in a way that cannot be read ("unknown"): 0.0.0.0, which
// no allow list has but one that has every address. Never the proxy's own.
inline const config::ip_address unknown_address;

struct origin {
    config::ip_address address;
    bool is_https = false;
};

// The peer itself, unless it is one of `trusted_proxies`: then X-Forwarded-For is read from the
// right up to the first address that is no trusted proxy, and X-Forwarded-Proto by its last value.
// An entry that is no address ends the walk with unknown_address: what stands to its left is not
// believed.
origin origin_of(server::request const& req, std::span<config::network const> trusted_proxies);

} // namespace sluice::gateway::call
