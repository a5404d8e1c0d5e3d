// Why an endpoint, a key or a header cannot be made. What goes wrong while sending is a
// queue::cause, not one of these.
#pragma once

#include <boost/system/error_code.hpp>

#include <type_traits>

namespace sluice::gateway::client {

enum class errc {
    tls_trust_store = 1, // The CA file (or the system's store) cannot be read.
    tls_certificate,     // The client certificate cannot be read.
    tls_key,             // The client key cannot be read or is not the certificate's.
    tls_setup,           // OpenSSL refused the settings.
    header,              // A configured header is malformed, or is one that the client writes.
    signing_key,         // Not whsec_, whsk_ or whpk_ and base64 of the right length.
    signature_missing,   // webhook-id, -timestamp or -signature is missing or malformed.
    signature_too_old,   // The timestamp is outside the tolerance.
    signature_mismatch   // No signature is made by a known key.
};

boost::system::error_category const& client_category() noexcept;
inline boost::system::error_code make_error_code(errc code) noexcept {
    return {static_cast<int>(code), client_category()};
}

} // namespace sluice::gateway::client

template <>
struct boost::system::is_error_code_enum<sluice::gateway::client::errc> : std::true_type {};
