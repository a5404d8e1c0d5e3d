#include "gateway/client/tls_session.hpp"

#include "gateway/client/socket_bio.hpp"
#include "gateway/client/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace sluice::gateway::client {
namespace {

// Without the final full stop that a fully qualified name may have: no certificate has it.
std::string name_of(config::http_url const& peer) {
    return peer.host.ends_with('.') ? peer.host.substr(0, peer.host.size() - 1) : peer.host;
}

bool expect_peer(SSL* ssl, config::http_url const& peer, peer_names names) {
    if (names == peer_names::any) return true;
    auto* const parameters = SSL_get0_param(ssl);
    if (peer.literal) {
        auto const text = peer.literal->to_string();
        return X509_VERIFY_PARAM_set1_ip_asc(parameters, text.c_str()) == 1;
    }
    auto const name = name_of(peer);
    X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return X509_VERIFY_PARAM_set1_host(parameters, name.c_str(), name.size()) == 1 &&
           SSL_set_tlsext_host_name(ssl, name.c_str()) == 1;
}

} // namespace

void tls_session::deleter::operator()(ssl_st* ssl) const noexcept {
    SSL_free(ssl);
}

tls_session::tls_session(tls_context const& context, int socket, config::http_url const& peer)
    : ssl_(SSL_new(context.native())) {
    BIO* const bio = ssl_ ? make_socket_bio(socket) : nullptr;
    if (!bio) return;
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_connect_state(ssl_.get());
    is_set_up_ = expect_peer(ssl_.get(), peer, context.names());
}

io_result tls_session::handshake() {
    if (!is_set_up_) {
        error_text_ = "OpenSSL refused the session's settings";
        return {io_result::status::failed};
    }
    ERR_clear_error();
    auto const result = judge(SSL_do_handshake(ssl_.get()), 0);
    if (result.what == io_result::status::ended) {
        error_text_ = "the peer closed the connection during the handshake";
        return {io_result::status::failed};
    }
    return result;
}

io_result tls_session::read(std::span<char> to) {
    ERR_clear_error();
    std::size_t size = 0;
    int const returned = SSL_read_ex(ssl_.get(), to.data(), to.size(), &size);
    return judge(returned, size);
}

io_result tls_session::write(std::string_view from) {
    ERR_clear_error();
    std::size_t size = 0;
    int const returned = SSL_write_ex(ssl_.get(), from.data(), from.size(), &size);
    return judge(returned, size);
}

void tls_session::shut_down() {
    // After a failure OpenSSL must not be asked for anything more.
    if (!is_set_up_ || !error_text_.empty() || !SSL_is_init_finished(ssl_.get())) return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
}

io_result tls_session::judge(int returned, std::size_t size) {
    if (returned == 1) return {io_result::status::done, size};
    int const error = SSL_get_error(ssl_.get(), returned);
    switch (error) {
    case SSL_ERROR_WANT_READ:
        return {io_result::status::wants_read};
    case SSL_ERROR_WANT_WRITE:
        return {io_result::status::wants_write};
    case SSL_ERROR_ZERO_RETURN:
        return {io_result::status::ended};
    default:
        keep_reason(error);
        return {io_result::status::failed};
    }
}

void tls_session::keep_reason(int ssl_error) {
    int const system_error = errno;
    auto const code = ERR_peek_last_error();
    long const verified = SSL_get_verify_result(ssl_.get());
    if (verified != X509_V_OK) {
        error_text_ = "certificate verify failed: ";
        error_text_ += X509_verify_cert_error_string(verified);
    } else if (auto const* const reason = ERR_reason_error_string(code)) {
        error_text_ = reason;
    } else if (ssl_error == SSL_ERROR_SYSCALL && system_error != 0) {
        error_text_ = std::strerror(system_error);
    } else {
        error_text_ = "the connection broke inside TLS";
    }
}

} // namespace sluice::gateway::client
