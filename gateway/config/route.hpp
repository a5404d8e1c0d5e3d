// [[route]]: which inbound path becomes tasks of which destination. Plain values. Written by
// load(), read by every thread, never changed afterwards.
#pragma once

#include "gateway/config/secret.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace sluice::gateway::config {

// What a call of a route must bring besides an address of the account's allow list.
enum class route_credential {
    none,
    bearer,    // One of the account's secrets as a bearer token.
    signature, // A Standard Webhooks signature by one of the route's signing secrets.
};

// Which part of a call tells that it came before.
enum class dedup_source { body, json_pointer, header };

struct dedup_rule {
    dedup_source source = dedup_source::body;
    std::string name; // The pointer or the header's name; empty with body.
};

struct route {
    std::string path;                      // "/in/…", without a slash at the end.
    std::string account;                   // Id of a configured account.
    std::vector<std::string> destinations; // Names of configured destinations, one at least.
    route_credential require = route_credential::none;
    // Keys `secret` / `secret_file`, "whsec_", "whsk_" or "whpk_"; must with signature.
    std::vector<secret> signing_secrets;
    std::optional<dedup_rule> dedup;
    std::chrono::milliseconds dedup_window = std::chrono::minutes(10);
};

} // namespace sluice::gateway::config
