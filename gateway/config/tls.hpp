// [tls]: the files with which the public listener speaks TLS. Plain paths; nothing is opened here.
#pragma once

#include <string>

namespace sluice::gateway::config {

// [tls]: the public listener speaks TLS with these PEM files.
struct tls {
    std::string certificate; // Path of the chain, leaf first.
    std::string key;         // Path of the private key.

    friend bool operator==(tls const&, tls const&) = default;
};

} // namespace sluice::gateway::config
