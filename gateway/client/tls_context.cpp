#include "gateway/client/tls_context.hpp"

#include "gateway/client/error.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>

namespace sluice::gateway::client {
namespace {

constexpr std::array<unsigned char, 9> protocols{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

boost::system::result<void> load_identity(SSL_CTX* context, tls_files const& files) {
    if (!files.client_cert) return {};
    auto const* const certificate = files.client_cert->c_str();
    if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1) return errc::tls_certificate;
    auto const* const key = files.client_key ? files.client_key->c_str() : certificate;
    bool const is_usable = SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 &&
                           SSL_CTX_check_private_key(context) == 1;
    if (!is_usable) return errc::tls_key;
    return {};
}

bool apply_settings(SSL_CTX* context) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_alpn_protos(context, protocols.data(), protocols.size()) == 0;
}

} // namespace

boost::system::result<std::shared_ptr<tls_context const>>
tls_context::load(tls_files const& files) {
    ERR_clear_error();
    auto loaded = std::make_shared<tls_context>(SSL_CTX_new(TLS_client_method()));
    auto* const context = loaded->context_;
    if (!context || !apply_settings(context)) return errc::tls_setup;
    if (files.ca && SSL_CTX_load_verify_file(context, files.ca->c_str()) != 1)
        return errc::tls_trust_store;
    loaded->trusts_system_ = !files.ca;
    if (auto const identity = load_identity(context, files); !identity) return identity.error();
    return std::shared_ptr<tls_context const>(std::move(loaded));
}

// What cannot be read trusts nobody: each handshake says then why it failed.
void tls_context::prepare() const {
    if (!trusts_system_) return;
    std::call_once(is_prepared_, [this] { SSL_CTX_set_default_verify_paths(context_); });
}

tls_context::~tls_context() {
    SSL_CTX_free(context_);
}

boost::system::result<std::shared_ptr<tls_context const>>
tls_contexts::get(tls_files const& files) {
    auto const known = loaded_.find(files);
    if (known != loaded_.end()) return known->second;
    auto loaded = tls_context::load(files);
    if (loaded) loaded_.emplace(files, *loaded);
    return loaded;
}

} // namespace sluice::gateway::client
