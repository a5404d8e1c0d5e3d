// Accepts a sink's connections on one io_context and owns them. Internal to the sink. Everything
// runs on the one thread of that io_context; only `stop` may be called from elsewhere.
#pragma once

#include "gateway/stress/sink/sink_state.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <unordered_set>

namespace sluice::gateway::stress {

using io_executor = boost::asio::io_context::executor_type;
using tcp_socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, io_executor>;
using tcp_acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, io_executor>;
using steady_timer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, io_executor>;
template <class T>
using awaitable = boost::asio::awaitable<T, io_executor>;

class sink_connection;

class sink_listener : public std::enable_shared_from_this<sink_listener> {
  public:
    // `acceptor` listens already.
    sink_listener(tcp_acceptor acceptor, std::shared_ptr<sink_state> state, std::uint64_t seed);
    ~sink_listener();

    void start();
    // Closes the acceptor and every connection, on the listener's thread.
    void stop();

    tcp_acceptor& acceptor() { return acceptor_; }
    sink_state& state() { return *state_; }
    // What happens to a request that came at `now`; takes a changed configuration over.
    reaction react(std::chrono::steady_clock::time_point now);
    // What is configured; lives until the next call of `react`.
    behaviour_options const& behaviour_now() const { return behaviour_.options(); }

    void add(sink_connection& connection) { connections_.insert(&connection); }
    void remove(sink_connection& connection) { connections_.erase(&connection); }

  private:
    awaitable<void> accept(std::shared_ptr<sink_listener> keeps_alive);
    void serve(tcp_socket socket);
    void close();

    std::shared_ptr<sink_state> state_;
    tcp_acceptor acceptor_;
    steady_timer pause_; // of accepting, when descriptors have run out
    behaviour behaviour_;
    std::uint64_t generation_ = 0;
    std::chrono::steady_clock::time_point since_;
    std::unordered_set<sink_connection*> connections_; // each removes itself when it ends
    bool is_stopped_ = false;
};

} // namespace sluice::gateway::stress
