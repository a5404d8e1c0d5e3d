// Which addresses an outbound call must not reach unless its configuration lists them: private,
// loopback, link-local (the metadata services of the clouds are there), multicast and the rest of
// the special-purpose registries (RFC 6890). A pure function.
#pragma once

#include "gateway/config/network.hpp"

namespace sluice::gateway::config {

// False only for addresses of the public Internet. An IPv6 address that carries an IPv4 one
// (NAT64, 6to4, ISATAP) is judged by that as well; one that is tunnelled (Teredo) is special.
bool is_special_address(ip_address const& address);

} // namespace sluice::gateway::config
