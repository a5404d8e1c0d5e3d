// One inbound connection: the socket, TLS if there is any, one deadline, and the coroutine that
// does what the pipeline says. Owned by its listener, lives on one thread. Ends only when every
// exchange is answered; decides nothing about HTTP.
#pragma once
#include "gateway/http/moving_deadline.hpp"
#include "gateway/http/net.hpp"
#include "gateway/server/operation_memory.hpp"
#include "gateway/server/pipeline.hpp"
#include "gateway/server/shared.hpp"
#include "gateway/server/wake.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <optional>

namespace sluice::gateway::server {

class session final : public pipeline_owner, public http::moving_deadline::owner {
  public:
    // Without `tls` it speaks plain HTTP. `wakes` and `shared` outlive it.
    session(http::tcp_socket socket, http::tcp::endpoint const& peer, server_shared& shared,
            wake_queue& wakes, std::shared_ptr<boost::asio::ssl::context> tls);
    session(session const&) = delete;
    session& operator=(session const&) = delete;

    // Begins to serve. `on_end` is called once, in a turn of its own, when nothing of the session
    // runs any more; it may destroy the session.
    void start(std::function<void()> on_end);

    // Graceful: an idle connection is closed, a busy one after the answers it owes.
    void drain();
    // Closes the socket at once.
    void kill();

  private:
    using tls_stream = boost::asio::ssl::stream<http::tcp_socket&>;

    void answer_is_ready() override { wake_.wake(); }
    bool is_peer_gone() override;
    bool has_peer_ended() override;
    void deadline_passed() override;

    http::coroutine<void> run();
    http::coroutine<void> shake_hands();
    template <class Stream>
    http::coroutine<void> serve(Stream& stream);
    template <class Stream>
    http::coroutine<void> part(Stream& stream);
    http::coroutine<void> linger();
    template <class Stream>
    std::string_view write_at_once(Stream& stream, std::string_view bytes);
    void take_arrived(http::error_code const& ec);
    void take_read(http::error_code const& ec, std::size_t size);
    bool take_last_bytes();
    void set_deadline(pipeline::time_point when);
    void end();

    server_shared& shared_;
    http::tcp_socket socket_;
    std::shared_ptr<boost::asio::ssl::context> tls_context_;
    std::optional<tls_stream> tls_;
    pipeline pipeline_;
    http::moving_deadline deadline_;
    wake_slot wake_;
    operation_memory read_memory_;
    std::function<void()> on_end_;
    bool is_reading_ = false;
    bool is_timed_out_ = false;
    bool is_draining_ = false;
    bool has_read_ = false;      // anything at all
    bool has_taken_all_ = false; // as far as the last reading could tell
    bool is_read_empty_ = false; // for sure: what comes next is an event
};

} // namespace sluice::gateway::server
