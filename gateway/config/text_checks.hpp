// Checks of single texts that more than one table of the configuration needs: signing secrets,
// header lines, time zones. Pure, but for the time zone database.
#pragma once

#include <boost/system/result.hpp>

#include <string_view>

namespace sluice::gateway::config {

// What a Standard Webhooks key is to do: a public key ("whpk_") can only verify.
enum class key_use { sign, verify };

// Checks a Standard Webhooks key, a prefix and base64: "whsec_" and 24 to 64 bytes; "whsk_" and
// 32 or 64 (an Ed25519 seed, alone or with its public key); to verify also "whpk_" and 32.
// Errors: signing_secret, signing_public.
boost::system::result<void> check_signing_key(std::string_view text, key_use use);

// RFC 9110 section 5.6.2 token. Errors: header_name; header_reserved for the names that frame
// a message or that the client writes itself (Host, Content-Length, Connection, webhook-id, …).
boost::system::result<void> check_header_name(std::string_view name);

// Refuses control characters but the tab. Error: header_value.
boost::system::result<void> check_header_value(std::string_view value);

// Looks the name up in the system's time zone database. Error: time_zone.
boost::system::result<void> check_time_zone(std::string_view name);

} // namespace sluice::gateway::config
