// Asks for names by c-ares: /etc/hosts, then the name servers of resolv.conf, with its search list.
// Its sockets are driven by Asio; nothing here waits. A resolv.conf that has changed is read anew
// for the next name.
#pragma once

#include "gateway/client/name_service.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace sluice::gateway::client {

struct name_service_options {
    // "10.0.0.2:53,[::1]:5353": asked instead of those of resolv.conf. Empty: those.
    std::string servers;
    std::string resolv_conf = "/etc/resolv.conf";
    std::uint16_t port = 53; // of the servers that it names
    // For a name server's first answer, doubled with each try; three tries end after 10.5 s, within
    // the 15 s that an attempt has.
    std::chrono::milliseconds timeout{1500};
    int tries = 3;
};

// Throws std::runtime_error where c-ares cannot be set up.
std::unique_ptr<name_service> make_ares_service(boost::asio::io_context& io,
                                                name_service_options const& options);

} // namespace sluice::gateway::client
