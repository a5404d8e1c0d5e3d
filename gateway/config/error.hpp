// The reasons why a single value of the configuration (or of an API call that takes the same
// units) is refused. Each code is a whole sentence, made to stand behind "file:line:column: ".
#pragma once

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <type_traits>

namespace sluice::gateway::config {

// Why a value was refused. Zero is success.
enum class error {
    duration_syntax = 1,   // Not "250ms", "2s", "5m", "1h", "7d" or a number of seconds.
    duration_too_long,     // Above 100 years.
    size_syntax,           // Not "256KiB", "8GiB", "64KB" or a number of bytes.
    size_too_large,        // Above 2^63 - 1 bytes.
    network_syntax,        // Not an IPv4 or IPv6 address, alone or with a prefix length.
    listen_address_syntax, // Not ADDRESS:PORT.
    durability_syntax,     // Not "fsync", "interval:50ms" or "memory".
    durability_interval,   // The interval is not within 1 ms and 10 s.
    url_syntax,            // Not an absolute URL.
    url_scheme,            // Neither http nor https.
    url_plain_http,        // http where only https is allowed.
    url_user_info,         // Has a user name or password.
    url_character,         // A character that cannot stand where it does.
    url_host,              // No host, or one that cannot be a host name or an address.
    url_port,              // Port not within 1 and 65535.
    url_closed_port,       // A port that is called only where allow_ports lists it.
    signing_secret,        // Not "whsec_" and the base64 of 24 to 64 bytes, nor "whsk_" and of 32.
    signing_public,        // A public key where something is to be signed.
    header_name,           // Not a token (RFC 9110 section 5.6.2).
    header_value,          // Has CR, LF, NUL or another control character.
    header_reserved,       // A header that the gateway itself writes.
    time_zone,             // Not in the time zone database.
};

boost::system::error_category const& error_category() noexcept;

inline boost::system::error_code make_error_code(error code) noexcept {
    return {static_cast<int>(code), error_category()};
}

} // namespace sluice::gateway::config

template <>
struct boost::system::is_error_code_enum<sluice::gateway::config::error> : std::true_type {};
