// The notations that configuration and API share: durations, sizes, URLs, signing secrets,
// header lines. Pure functions over text; nothing is resolved, opened or kept.
#pragma once

#include "gateway/config/error.hpp"
#include "gateway/config/network.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::config {

/// Reads "250ms", "2s", "5m", "1h", "7d", or a number of seconds ("30", "1.5"). Never negative.
/// Errors: duration_syntax, duration_too_long (above 36,525 days).
boost::system::result<std::chrono::milliseconds> parse_duration(std::string_view text);

/// A number of seconds as TOML and JSON give it, rounded to whole milliseconds.
/// Errors: duration_syntax (negative or not finite), duration_too_long.
boost::system::result<std::chrono::milliseconds> duration_from_seconds(double seconds);

/// Reads "256KiB", "8GiB" (powers of 1024), "64KB", "1GB" (powers of 1000), "512B" or a number
/// of bytes. Errors: size_syntax, size_too_large.
boost::system::result<std::uint64_t> parse_size(std::string_view text);

/// "1500ms" as "1500ms", "120s" as "2m": the shortest text that parse_duration reads back.
std::string format_duration(std::chrono::milliseconds value);

/// The parts of an http or https URL that a client needs.
struct http_url {
    bool is_https = false;
    std::string host;                  ///< Lower case; an IPv6 address without its brackets.
    std::uint16_t port = 0;            ///< 80 or 443 where the URL names none.
    std::string target;                ///< Path and query as written, "/" at least.
    std::optional<ip_address> literal; ///< Where the host is an address in any notation.

    /// "host" or "host:port" as the Host header wants it (RFC 9110 section 7.2).
    std::string authority() const;
};

enum class plain_http : bool { refused, allowed };

/// Reads an absolute http or https URL. Addresses in the notations that browsers take
/// (127.1, 0x7f000001, 2130706433) are recognised, so that no policy is passed by spelling.
/// Errors: those of error that begin with url_.
boost::system::result<http_url> parse_url(std::string_view text, plain_http policy);

/// Reads a Standard Webhooks secret, "whsec_" and base64, into its 24 to 64 bytes.
/// Error: signing_secret.
boost::system::result<std::vector<std::uint8_t>> parse_signing_secret(std::string_view text);

/// RFC 9110 section 5.6.2 token. Errors: header_name; header_reserved for the names that frame
/// a message or that the client writes itself (Host, Content-Length, Connection, …).
boost::system::result<void> check_header_name(std::string_view name);

/// Refuses control characters but the tab. Error: header_value.
boost::system::result<void> check_header_value(std::string_view value);

/// Looks the name up in the system's time zone database. Error: time_zone.
boost::system::result<void> check_time_zone(std::string_view name);

} // namespace sluice::gateway::config
