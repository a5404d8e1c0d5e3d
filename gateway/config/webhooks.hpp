// [webhooks]: where the platform's own webhooks go, and how the gateway answers the others. A
// plain value with its defaults. Written by load(), only read afterwards.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace sluice::gateway::config {

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
