#include "gateway/server/tls.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace sluice::gateway::server {
namespace {

namespace ssl = boost::asio::ssl;

// Picks "http/1.1" if the client offers protocols by ALPN (RFC 7301); a client that offers only
// others goes on without, and is told by the first answer.
int select_protocol(SSL*, unsigned char const** chosen, unsigned char* size,
                    unsigned char const* offered, unsigned offered_size, void*) {
    static constexpr unsigned char spoken[] = "\x08http/1.1";
    unsigned char* found = nullptr;
    if (SSL_select_next_proto(&found, size, spoken, sizeof(spoken) - 1, offered, offered_size) !=
        OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_NOACK;
    }
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

} // namespace

boost::system::error_code tls_identity::load(tls_files const& files) {
    boost::system::error_code ec;
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    auto* const native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_alpn_select_cb(native, &select_protocol, nullptr);
    context->use_certificate_chain_file(files.certificate, ec);
    if (ec) return ec;
    context->use_private_key_file(files.key, ssl::context::pem, ec);
    if (ec) return ec;
    if (SSL_CTX_check_private_key(native) != 1) {
        return {static_cast<int>(ERR_get_error()), boost::asio::error::get_ssl_category()};
    }
    current_.store(std::move(context));
    return {};
}

} // namespace sluice::gateway::server
