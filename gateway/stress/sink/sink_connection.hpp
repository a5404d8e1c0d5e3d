// One client of a sink: reads requests, pipelined ones too, and answers them in their order.
// Kept alive by its coroutine, on the thread of its listener. Internal to the sink.
#pragma once

#include "gateway/stress/sink/sink_listener.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::gateway::stress {

// How every operation of the sink ends: with an error code, never with an exception.
inline constexpr auto as_result = boost::asio::as_tuple(boost::asio::deferred);

class sink_connection {
  public:
    sink_connection(tcp_socket socket, std::shared_ptr<sink_listener> listener);
    ~sink_connection();
    sink_connection(sink_connection const&) = delete;
    sink_connection& operator=(sink_connection const&) = delete;

    // Serves until the client, an error or `close` ends it.
    static awaitable<void> run(std::unique_ptr<sink_connection> self);
    void close();

  private:
    enum class next : std::uint8_t { go_on, end };

    awaitable<bool> shake_hands();
    awaitable<next> serve_buffered();
    std::optional<reaction> take(sink_request const& request);
    awaitable<bool> answer_later(sink_request const& request, reaction what);
    awaitable<void> read_until_end();
    awaitable<bool> flush();
    awaitable<bool> trickle(std::chrono::milliseconds over);
    awaitable<bool> read_more();
    void say_end();
    void answer_now(sink_request const& request, reaction const& what);
    void refuse(scan_result const& found);
    bool make_room(std::size_t needed);
    void drop_consumed();
    void reset();
    std::string_view unread() const;

    tcp_socket socket_;
    std::optional<boost::asio::ssl::stream<tcp_socket&>> tls_; // over socket_
    steady_timer timer_;
    std::shared_ptr<sink_listener> listener_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0; // of what is not yet scanned
    std::size_t end_ = 0;   // of what was read
    std::size_t needed_ = 0;
    std::string out_;
    std::string body_;
    sink_request request_;
    arrival arrived_;
    bool was_continued_ = false; // 100 was sent for the request that is being read
};

} // namespace sluice::gateway::stress
