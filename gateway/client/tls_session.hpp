// TLS over one connected, non-blocking socket: handshake, then reads and writes that never block.
// The peer is always verified, and its name unless the context says otherwise. Owned by a wire,
// which owns the socket too and closes it after this is gone.
#pragma once

#include "gateway/client/io_result.hpp"
#include "gateway/config/url.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_st;

namespace sluice::gateway::client {

class tls_context;

class tls_session {
  public:
    // `peer` is whose certificate is wanted: a name (also sent as SNI, RFC 6066 section 3) or an
    // address.
    tls_session(tls_context const& context, int socket, config::http_url const& peer);

    // Until done. `failed` where the peer cannot be trusted, with the reason in error_text().
    io_result handshake();
    io_result read(std::span<char> to);
    io_result write(std::string_view from);
    // Tells the peer that nothing more comes; does not wait for its answer.
    void shut_down();

    // OpenSSL's reason for the last failure.
    std::string const& error_text() const { return error_text_; }

  private:
    io_result judge(int returned, std::size_t size);
    void keep_reason(int ssl_error);

    struct deleter {
        void operator()(ssl_st* ssl) const noexcept;
    };
    std::unique_ptr<ssl_st, deleter> ssl_;
    std::string error_text_;
    bool is_set_up_ = false;
};

} // namespace sluice::gateway::client
