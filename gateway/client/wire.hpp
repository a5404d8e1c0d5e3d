// One outbound TCP connection, plain or with TLS on top: reads and writes that never block, and
// the socket to wait on. Owned by a connection; one thread.
#pragma once

#include "gateway/client/io_result.hpp"
#include "gateway/client/tls_session.hpp"
#include "gateway/http/arrivals.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sluice::gateway::client {

class wire {
  public:
    using executor_type = boost::asio::io_context::executor_type;
    using socket_type = http::tcp_socket;

    explicit wire(executor_type executor)
        : socket_(executor) {}

    socket_type& socket() { return socket_; }
    bool is_open() const { return socket_.is_open(); }

    // After connecting: no blocking, no delay of small packets.
    void prepare();
    // From now on everything is TLS; handshake() has to be done first.
    void start_tls(tls_context const& context, config::http_url const& peer);
    io_result handshake() { return tls_->handshake(); }

    io_result read(std::span<char> to);
    // Writes from `first`, then from `second`; the size counts through both.
    io_result write(std::string_view first, std::string_view second);
    // Nothing was left after the last read: what comes next is an event. A reset that came with the
    // bytes is not known of.
    bool is_read_empty() const { return is_read_empty_; }
    // Of the last failure.
    std::string error_text() const;

    // Everything that waits on the socket ends soon.
    void close();

  private:
    io_result judge(boost::system::error_code ec, std::size_t size,
                    io_result::status if_would_block);

    socket_type socket_;
    std::optional<tls_session> tls_;
    boost::system::error_code error_;
    bool is_read_empty_ = false;
};

} // namespace sluice::gateway::client
