// Where a listener binds: a literal address and a port. Names are not resolved, but "localhost".
// A plain value; opening and binding sockets is the server's.
#pragma once

#include "gateway/config/network.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

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

} // namespace sluice::gateway::config
