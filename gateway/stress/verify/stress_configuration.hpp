// The configuration of a gateway that `sluice stress` starts: one account, one destination (the
// sink), one route. Pure; TOML out.
#pragma once

#include "gateway/stress/verify/stress_options.hpp"

#include <cstdint>
#include <string>

namespace sluice::gateway::stress {

// What is known only when the run begins.
struct gateway_place {
    std::uint16_t port = 0;
    std::uint16_t admin_port = 0;
    std::string data;     // directory
    std::string sink_url; // where it delivers
    std::string secret;   // of the account: 64 characters
};

inline constexpr std::string_view stress_route = "/in/stress";
inline constexpr std::string_view stress_destination = "sink";

std::string gateway_configuration(own_gateway const& options, gateway_place const& place);

} // namespace sluice::gateway::stress
