// A destination that speaks TLS, badly where a test wants it to: on a thread of its own, with
// OpenSSL's blocking calls.
#pragma once

#include "tests/gateway/client/certificates.hpp"
#include "tests/gateway/client/scripted_upstream.hpp"

#include <openssl/ssl.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::tests {

// How a TLS server behaves.
struct server_options {
    certificate_files files;
    int max_version = TLS1_3_VERSION;
    std::optional<std::string> client_ca = {}; // demands a client certificate of it
    std::size_t requests = 100;                // then closes
    bool says_goodbye = true;                  // close_notify before closing
    std::string answer = ok_answer("secure");
};

using context_pointer = std::shared_ptr<SSL_CTX>;

context_pointer make_context(server_options const& options);

// What the server saw.
struct observation {
    std::string server_name;
    std::atomic<std::size_t> handshakes = 0;
    std::atomic<std::size_t> requests = 0;
};

// Gives the answer to whole requests that come in one record.
void serve_tls(upstream_peer& peer, SSL_CTX* context, server_options const& options,
               observation& seen);

class tls_upstream {
  public:
    explicit tls_upstream(server_options options);

    std::string url(std::string_view host = "crm.example") const;
    std::uint16_t port() const { return upstream_.port(); }

    observation seen;

  private:
    server_options options_;
    context_pointer context_;
    scripted_upstream upstream_;
};

} // namespace sluice::tests
