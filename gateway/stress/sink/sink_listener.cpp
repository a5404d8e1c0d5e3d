#include "gateway/stress/sink/sink_listener.hpp"

#include "gateway/stress/sink/sink_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>

#include <exception>

namespace sluice::gateway::stress {

namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds accept_pause{100};

// A bug must not pass in silence: it ends the io_context's run.
void rethrow(std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
}

} // namespace

sink_listener::sink_listener(tcp_acceptor acceptor, std::shared_ptr<sink_state> state,
                             std::uint64_t seed)
    : state_(std::move(state))
    , acceptor_(std::move(acceptor))
    , pause_(acceptor_.get_executor())
    , behaviour_(state_->options.behaviour, seed)
    , since_(state_->since) {}

sink_listener::~sink_listener() = default;

void sink_listener::start() {
    asio::co_spawn(acceptor_.get_executor(), accept(shared_from_this()), rethrow);
}

void sink_listener::stop() {
    asio::post(acceptor_.get_executor(), [self = shared_from_this()] { self->close(); });
}

void sink_listener::close() {
    is_stopped_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    for (auto* connection : connections_)
        connection->close();
}

// `keeps_alive` is held by the coroutine for as long as it accepts.
awaitable<void> sink_listener::accept([[maybe_unused]] std::shared_ptr<sink_listener> keeps_alive) {
    while (!is_stopped_) {
        auto [ec, socket] = co_await acceptor_.async_accept(as_result);
        if (is_stopped_) break;
        if (ec) {
            // Out of descriptors, most likely: the loop must live on.
            pause_.expires_after(accept_pause);
            co_await pause_.async_wait(as_result);
            continue;
        }
        serve(std::move(socket));
    }
}

void sink_listener::serve(tcp_socket socket) {
    if (state_->connections.load(std::memory_order_relaxed) >= state_->options.limits.connections)
        return; // the socket's end closes it
    boost::system::error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    state_->stats.on_connection();
    auto connection = std::make_unique<sink_connection>(std::move(socket), shared_from_this());
    asio::co_spawn(acceptor_.get_executor(), sink_connection::run(std::move(connection)), rethrow);
}

reaction sink_listener::react(std::chrono::steady_clock::time_point now) {
    auto const generation = state_->generation.load(std::memory_order_acquire);
    if (generation != generation_) {
        std::lock_guard lock(state_->mutex);
        behaviour_.configure(state_->current);
        since_ = state_->since;
        generation_ = generation;
    }
    return behaviour_.next(std::chrono::duration_cast<std::chrono::milliseconds>(now - since_));
}

} // namespace sluice::gateway::stress
