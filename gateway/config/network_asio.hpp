// Between Boost.Asio's addresses and ours. Header only, so that sluice_config itself needs no Asio.
// Server and client include it where they meet a socket; nothing here allocates or resolves.
#pragma once

#include "gateway/config/network.hpp"

#include <boost/asio/ip/address.hpp>

namespace sluice::gateway::config {

// A v4-mapped IPv6 address becomes the IPv4 address; a zone is dropped.
inline ip_address from_asio(boost::asio::ip::address const& address) {
    if (address.is_v4()) return ip_address(ip_address::v4_bytes(address.to_v4().to_bytes()));
    return ip_address(ip_address::v6_bytes(address.to_v6().to_bytes()));
}

inline boost::asio::ip::address to_asio(ip_address const& address) {
    if (address.is_v4()) return boost::asio::ip::address_v4(address.bytes_v4());
    return boost::asio::ip::address_v6(address.bytes());
}

} // namespace sluice::gateway::config
