#include "gateway/client/error.hpp"

#include <string>

namespace sluice::gateway::client {
namespace {

class category final : public boost::system::error_category {
  public:
    char const* name() const noexcept override { return "sluice.client"; }
    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
        case errc::tls_trust_store:
            return "The CA certificates cannot be read.";
        case errc::tls_certificate:
            return "The client certificate cannot be read.";
        case errc::tls_key:
            return "The client key cannot be read or does not belong to the certificate.";
        case errc::tls_setup:
            return "OpenSSL refused the TLS settings.";
        case errc::header:
            return "A header is malformed, or is one that is written for each request.";
        case errc::signing_key:
            return "The key is not whsec_, whsk_ or whpk_ and base64 of the right length.";
        case errc::signature_missing:
            return "webhook-id, webhook-timestamp or webhook-signature is missing or malformed.";
        case errc::signature_too_old:
            return "The webhook-timestamp is too far from the present time.";
        case errc::signature_mismatch:
            return "No webhook-signature was made with a known key.";
        }
        return "Unknown error of the client.";
    }
};

} // namespace

boost::system::error_category const& client_category() noexcept {
    static category const instance;
    return instance;
}

} // namespace sluice::gateway::client
