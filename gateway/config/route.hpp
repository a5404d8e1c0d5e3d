// [[route]] and [webhooks]: which inbound path becomes tasks of which destination. Plain values.
// Written by load(), read by every thread, never changed afterwards.
#pragma once

#include "gateway/config/secret.hpp"

#include <chrono>
#include <cstdint>
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

// [webhooks]: where the platform's own webhooks go, and how the gateway answers the others.
struct webhooks {
    std::optional<std::string> create_outbound; // Destination's name; without it 501.
    std::optional<std::string> outbound_dialer; // Default: that of create_outbound.
    // How long an identical body on the outbound API's own paths is refused; 0: it never is.
    std::chrono::milliseconds checksum_window = std::chrono::hours(24);
    std::optional<std::string> short_url_base; // Origin of short links; default: Host's.
    unsigned redirect_status = 302;            // 301, 302, 303, 307 or 308.
    std::uint64_t guesses = 30; // Unknown codes that an address may ask for in guess_period.
    std::chrono::milliseconds guess_period = std::chrono::minutes(1);
    bool delete_empty = false; // updateUserPreferences: an empty value takes the variable away.
};

} // namespace sluice::gateway::config
