// [[account]]: who may call, from where, how often. Plain values; account_directory finds them.
// Written by load(), read by every thread, never changed afterwards.
#pragma once

#include "gateway/config/network.hpp"
#include "gateway/config/pace.hpp"
#include "gateway/config/secret.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice::gateway::config {

// Where the final outcomes of an account's tasks are reported, and what URLs a call may name.
struct callback {
    std::string url;                      // Empty: only calls that name a URL are reported.
    std::optional<secret> signing_secret; // "whsec_…"; without it reports are not signed.
    bool allow_http = false;
    std::vector<network> allow_networks;
    std::vector<std::uint16_t> allow_ports; // Beside those that is_open_port() knows.
    queue::retry_options retry = default_retry();
};

// Digits of an agent's phone number.
inline constexpr std::ptrdiff_t least_agent_digits = 3;
inline constexpr std::ptrdiff_t most_agent_digits = 20;

struct account {
    std::string id;                  // Unique, never empty.
    std::vector<secret> secrets;     // 64 characters each; no two accounts share one.
    std::vector<secret> cust_tokens; // For shortURL; no two accounts share one.
    std::vector<network> allow_from; // Empty: any address with a secret, none without.
    bool allow_http = false;
    std::optional<rate_limit> rate;         // Calls; the burst is the whole period's count.
    std::string country_code;               // Digits without "+"; empty: numbers stay as they came.
    std::string time_zone = "UTC";          // A name of the IANA database.
    bool require_secret = false;            // true: the address alone is never enough.
    unsigned weight = 1;                    // Share of a destination among accounts.
    std::optional<callback> report_to;      // Key `callback`.
    std::optional<std::string> link_domain; // Origin of short links, without a path.
    std::optional<std::chrono::milliseconds> link_expiry;
    std::vector<std::string> agents; // Known from the start.

    // May this address call at all? True for every address where allow_from is empty.
    bool admits(ip_address const& address) const noexcept {
        return allow_from.empty() || contains(allow_from, address);
    }
};

} // namespace sluice::gateway::config
