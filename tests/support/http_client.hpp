// A small synchronous HTTP/1.1 client over loopback, and raw bytes where a test wants them.
// One connection, kept alive and opened again when it was closed; used from one thread.
#pragma once

#include "tests/support/http_message.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::tests {

// A connected socket with a time limit on each read; throws std::system_error where it fails.
class tcp_connection final : public byte_source {
  public:
    tcp_connection(std::uint16_t port, std::chrono::milliseconds read_limit);
    // Takes over an accepted socket.
    explicit tcp_connection(int descriptor);
    ~tcp_connection() override;

    tcp_connection(tcp_connection const&) = delete;
    tcp_connection& operator=(tcp_connection const&) = delete;

    std::string read_some() override;
    void write(std::string_view bytes);
    // Ends both directions from any thread; a read that waits returns.
    void shut_down() noexcept;

  private:
    int descriptor_ = -1;
};

class http_client {
  public:
    // Connects at the first request.
    explicit http_client(std::uint16_t port,
                         std::chrono::milliseconds read_limit = std::chrono::seconds(30));

    // One call. Host and, where there is a body, Content-Length are added unless given. Throws
    // where the server cannot be reached, does not answer in time or closes in between; the next
    // call opens a new connection.
    http_response request(std::string_view method, std::string_view target,
                          http_headers const& headers = {}, std::string_view body = {});

    http_response get(std::string_view target, http_headers const& headers = {}) {
        return request("GET", target, headers);
    }
    http_response post(std::string_view target, http_headers const& headers,
                       std::string_view body) {
        return request("POST", target, headers, body);
    }

    // As request(), but nothing where there is no whole answer.
    std::optional<http_response> try_request(std::string_view method, std::string_view target,
                                             http_headers const& headers = {},
                                             std::string_view body = {});

    // These bytes on a fresh connection and the answer to them, read as that to a GET.
    http_response send_raw(std::string_view bytes);

    // Whether the server closes the connection in time and sends nothing more before it does.
    bool is_closed_by_server();

    void close();

  private:
    void connect();

    std::uint16_t port_;
    std::chrono::milliseconds read_limit_;
    std::unique_ptr<tcp_connection> connection_;
    std::unique_ptr<http_reader> reader_;
};

} // namespace sluice::tests
