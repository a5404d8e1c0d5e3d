// [cluster]: this gateway among those that share its PostgreSQL. Plain values with their defaults;
// nothing is opened here. Written by load(), only read afterwards; without [store] engine =
// "postgres" nobody reads it.
#pragma once

#include "gateway/config/listen_address.hpp"
#include "gateway/config/secret.hpp"
#include "gateway/config/tls.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace sluice::gateway::config {

struct cluster {
    std::string name; // Of this member, one of its kind; empty: configuration::member_name() says.
    listen_address listen{ip_address::loopback_v4(), 0}; // Where other members ask.
    std::string advertise; // "host:port" that they are told; empty: what it listens on.
    // The members know each other by it, or by certificates. Without either: made from [store] url.
    std::optional<secret> shared_secret;
    std::optional<tls> identity; // Keys certificate and key.
    std::string authorities;     // Key ca: a PEM file; with certificate and key only.
    std::chrono::milliseconds rejoin =
        std::chrono::seconds(60); // None adopts a stopped one before.

    friend bool operator==(cluster const&, cluster const&) = default;
};

} // namespace sluice::gateway::config
