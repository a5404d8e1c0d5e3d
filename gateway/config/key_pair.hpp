// Certificates and private keys as PEM text: whether they can be read and belong together. Pure;
// any thread.
#pragma once

#include <optional>
#include <string_view>

namespace sluice::gateway::config {

// Whether the text has a certificate that can be read.
bool has_certificate(std::string_view pem);

enum class key_pair_problem {
    certificate, // No certificate can be read.
    key,         // No private key can be read, or it has a passphrase.
    mismatch,    // Each is fine, but the key is not the certificate's.
};

// What keeps a server or client from using the two as its identity; the first certificate of a
// chain counts. Nothing is returned where they are fine.
std::optional<key_pair_problem> check_key_pair(std::string_view certificate_pem,
                                               std::string_view key_pem);

} // namespace sluice::gateway::config
