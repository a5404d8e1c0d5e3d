#include "tests/gateway/client/tls_upstream.hpp"

#include <fmt/format.h>

#include <array>

namespace sluice::tests {

context_pointer make_context(server_options const& options) {
    context_pointer made(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    SSL_CTX_use_certificate_chain_file(made.get(), options.files.certificate.c_str());
    SSL_CTX_use_PrivateKey_file(made.get(), options.files.key.c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_set_security_level(made.get(), 0); // lets it speak the old versions that we refuse
    SSL_CTX_set_min_proto_version(made.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(made.get(), options.max_version);
    if (options.client_ca) {
        SSL_CTX_load_verify_file(made.get(), options.client_ca->c_str());
        SSL_CTX_set_verify(made.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    return made;
}

void serve_tls(upstream_peer& peer, SSL_CTX* context, server_options const& options,
               observation& seen) {
    std::unique_ptr<SSL, decltype(&SSL_free)> const ssl(SSL_new(context), &SSL_free);
    SSL_set_fd(ssl.get(), peer.native());
    if (SSL_accept(ssl.get()) != 1) return;
    ++seen.handshakes;
    if (auto const* const name = SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name))
        seen.server_name = name;
    std::array<char, 16384> bytes;
    for (std::size_t i = 0; i < options.requests; ++i) {
        if (SSL_read(ssl.get(), bytes.data(), bytes.size()) <= 0) return;
        ++seen.requests;
        SSL_write(ssl.get(), options.answer.data(), static_cast<int>(options.answer.size()));
    }
    if (options.says_goodbye) SSL_shutdown(ssl.get());
}

tls_upstream::tls_upstream(server_options options)
    : options_(std::move(options))
    , context_(make_context(options_))
    , upstream_([this](upstream_peer& peer) { serve_tls(peer, context_.get(), options_, seen); }) {}

std::string tls_upstream::url(std::string_view host) const {
    return fmt::format("https://{}:{}/in", host, upstream_.port());
}

} // namespace sluice::tests
