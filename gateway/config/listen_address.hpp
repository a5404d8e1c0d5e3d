// Where a listener binds: a literal address and a port. Names are not resolved, but "localhost".
// A plain value; opening and binding sockets is the server's.
#pragma once

#include "gateway/config/network.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::config {

struct listen_address {
    ip_address address;
    std::uint16_t port = 0; // 0: the system chooses one.

    // Reads "127.0.0.1:8080", "[::1]:8080", "localhost:8080" (127.0.0.1). Error:
    // listen_address_syntax.
    static boost::system::result<listen_address> parse(std::string_view text);
    std::string to_string() const;

    friend bool operator==(listen_address const&, listen_address const&) = default;
};

// Whether an IPv6 address leaves its port's IPv4 connections to another listener of `all`, so that
// "[::]:8080" and "0.0.0.0:8080" stand side by side.
bool leaves_v4(listen_address const& where, std::vector<listen_address> const& all);

} // namespace sluice::gateway::config
