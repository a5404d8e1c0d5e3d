// Decides to which addresses a destination may be connected: public ones always, special ones
// (private, loopback, link-local, metadata, multicast, …) only where its allow_networks lists them.
// Every address that a name resolves to is judged, at every connection anew; a connection is made
// to a judged address, never to a name. Pure functions.
#pragma once

#include "gateway/config/network.hpp"

#include <span>
#include <string>
#include <vector>

namespace sluice::gateway::client {

bool is_address_allowed(config::ip_address const& address,
                        std::span<config::network const> allow_networks);

struct judged_addresses {
    std::vector<config::ip_address> allowed; // in the order given, each once
    std::string refused;                     // "10.0.0.1, ::1": the first few, for a message
};

judged_addresses judge_addresses(std::span<config::ip_address const> addresses,
                                 std::span<config::network const> allow_networks);

} // namespace sluice::gateway::client
