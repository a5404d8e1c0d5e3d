#include "gateway/server/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <netinet/tcp.h>
#include <poll.h>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sluice::gateway::server {

namespace asio = boost::asio;
namespace {

using clock = std::chrono::steady_clock;
// When the listener stops, for the first call of a connection that has just been made: a proxy that
// was let in sends it at once, and may not send it to another gateway after a reset.
constexpr std::chrono::milliseconds first_call_grace{250};

using unsent_mark = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_NOTSENT_LOWAT>;

} // namespace

session::session(http::tcp_socket socket, http::tcp::endpoint const& peer, server_shared& shared,
                 wake_queue& wakes, std::shared_ptr<asio::ssl::context> tls)
    : shared_(shared)
    , socket_(std::move(socket))
    , tls_context_(std::move(tls))
    , pipeline_(shared, *this, peer_info{peer.address(), tls_context_ != nullptr}, clock::now())
    , deadline_(socket_.get_executor(), *this)
    , wake_(wakes) {
    if (tls_context_) tls_.emplace(socket_, *tls_context_);
    http::error_code ignored;
    socket_.set_option(http::tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
    // Else the system takes megabytes for a peer that does not read, a connection at a time.
    auto const mark = std::min<std::size_t>(shared.options.unsent_limit, 1024 * 1024 * 1024);
    socket_.set_option(unsent_mark(static_cast<int>(mark)), ignored);
    if (!tls_) http::tell_of_rest(socket_);
}

void session::start(std::function<void()> on_end) {
    on_end_ = std::move(on_end);
    asio::co_spawn(socket_.get_executor(), run(), [this](std::exception_ptr failure) {
        if (failure && shared_.options.on_failure) shared_.options.on_failure(failure);
        end();
    });
}

void session::end() {
    // The session is destroyed within this call: it must not own what is being called.
    auto const on_end = std::move(on_end_);
    on_end();
}

void session::drain() {
    is_draining_ = true;
    pipeline_.drain();
    if (!is_reading_ || !pipeline_.is_idle()) return;
    http::error_code ignored;
    if (has_read_) {
        socket_.cancel(ignored);
    } else {
        set_deadline(clock::now() + first_call_grace);
    }
}

void session::kill() {
    pipeline_.abandon();
    http::error_code ignored;
    socket_.close(ignored);
}

bool session::is_peer_gone() {
    // POLLHUP means both directions are closed; a peer that only ended its own side may still read.
    pollfd looked_at{socket_.native_handle(), 0, 0};
    return ::poll(&looked_at, 1, 0) == 1;
}

bool session::has_peer_ended() {
    pollfd looked_at{socket_.native_handle(), POLLRDHUP, 0};
    return ::poll(&looked_at, 1, 0) == 1;
}

void session::set_deadline(pipeline::time_point when) {
    is_timed_out_ = false;
    deadline_.move(when);
}

void session::deadline_passed() {
    is_timed_out_ = true;
    http::error_code ignored;
    socket_.cancel(ignored);
}

http::coroutine<void> session::run() {
    std::exception_ptr failure;
    try {
        if (tls_) co_await shake_hands();
        if (tls_)
            co_await serve(*tls_);
        else
            co_await serve(socket_);
    } catch (...) {
        failure = std::current_exception();
    }
    pipeline_.abandon();
    deadline_.clear();
    while (pipeline_.next() == pipeline::step::wait)
        co_await wake_.async_wait();
    http::error_code ignored;
    socket_.close(ignored);
    if (failure) std::rethrow_exception(failure);
}

http::coroutine<void> session::shake_hands() {
    set_deadline(clock::now() + shared_.options.header_timeout);
    auto const [ec] =
        co_await tls_->async_handshake(asio::ssl::stream_base::server, http::as_result);
    if (!ec) co_return;
    shared_.counters.handshakes_failed.add();
    pipeline_.abandon();
}

template <class Stream>
http::coroutine<void> session::serve(Stream& stream) {
    using step = pipeline::step;
    for (auto next = pipeline_.next(); next != step::close; next = pipeline_.next()) {
        if (next == step::wait) {
            deadline_.clear();
            co_await wake_.async_wait();
        } else if (next == step::write) {
            auto const rest = write_at_once(stream, pipeline_.output());
            if (!rest.empty()) {
                set_deadline(clock::now() + shared_.options.write_timeout);
                auto const bytes = asio::buffer(rest);
                auto const [ec, size] = co_await asio::async_write(stream, bytes, http::as_result);
                if (ec && is_timed_out_) shared_.counters.timeouts.add();
                if (ec) pipeline_.abandon();
            }
            is_read_empty_ = has_taken_all_;
            pipeline_.on_written(clock::now());
        } else if (is_draining_ && has_read_ && pipeline_.is_idle()) {
            if (!take_last_bytes()) break;
        } else {
            bool const is_last_chance = is_draining_ && !has_read_;
            set_deadline(is_last_chance ? clock::now() + first_call_grace
                                        : pipeline_.read_deadline());
            is_reading_ = true;
            if constexpr (std::is_same_v<Stream, http::tcp_socket>) {
                http::error_code ec;
                if (is_read_empty_)
                    std::tie(ec) = co_await next_arrival(socket_, read_memory_);
                else
                    co_await asio::post(socket_.get_executor(), asio::deferred); // others' turn
                is_reading_ = false;
                take_arrived(ec);
            } else {
                auto const space = pipeline_.read_space();
                auto const room = asio::buffer(space.data(), space.size());
                auto const [ec, size] = co_await read_some(stream, room, read_memory_);
                is_reading_ = false;
                take_read(ec, size);
            }
        }
    }
    if (pipeline_.has_peer()) co_await part(stream);
}

// Writes what goes without waiting, which is nearly always everything, and saves a turn of the
// loop. Returns the rest.
template <class Stream>
std::string_view session::write_at_once(Stream& stream, std::string_view bytes) {
    if constexpr (std::is_same_v<Stream, http::tcp_socket>) {
        http::error_code ec;
        auto const size = stream.write_some(asio::buffer(bytes), ec);
        // What the error is, if it was not that the socket is full, the next write will tell.
        bytes.remove_prefix(size);
    }
    return bytes;
}

// Nothing is left for sure only when an answer has been written after a reading that took all: a
// reset that came with the bytes would have failed it. Half a request is read on until nothing
// comes.
void session::take_arrived(http::error_code const& ec) {
    if (ec) return take_read(ec, 0);
    auto const read = http::take_arrived(socket_, pipeline_.read_space());
    has_taken_all_ = read.is_all;
    is_read_empty_ = read.ec == asio::error::would_block;
    if (!is_read_empty_) take_read(read.ec, read.size);
}

void session::take_read(http::error_code const& ec, std::size_t size) {
    if (size > 0) {
        has_read_ = true;
        pipeline_.on_read(size, clock::now());
    }
    if (!ec) return;
    if (is_timed_out_) return pipeline_.on_read_timeout();
    if (ec == asio::error::eof || ec == asio::ssl::error::stream_truncated) {
        return pipeline_.on_end_of_input();
    }
    // drain() interrupts the read of an idle connection: nothing is broken.
    if (ec == asio::error::operation_aborted && is_draining_ && socket_.is_open()) return;
    pipeline_.abandon();
}

// A draining connection is idle: answers what has already arrived, so that a call which was
// sent before the end is not lost. False if there is nothing.
bool session::take_last_bytes() {
    if (tls_) return false;
    auto const read = http::take_arrived(socket_, pipeline_.read_space());
    has_taken_all_ = is_read_empty_ = false;
    if (read.size == 0) return false;
    pipeline_.on_read(read.size, clock::now());
    return true;
}

// Says good-bye, and lets the peer read the last answer: a socket that is closed with unread
// bytes in it is reset, and the reset may overtake the answer (RFC 9112 section 9.6).
template <class Stream>
http::coroutine<void> session::part(Stream& stream) {
    set_deadline(clock::now() + shared_.options.linger_timeout);
    if constexpr (!std::is_same_v<Stream, http::tcp_socket>) {
        [[maybe_unused]] auto const [ec] = co_await stream.async_shutdown(http::as_result);
    }
    http::error_code ec;
    socket_.shutdown(http::tcp::socket::shutdown_send, ec);
    if (!ec && !is_timed_out_) co_await linger();
}

http::coroutine<void> session::linger() {
    std::array<char, 4096> dropped;
    std::size_t total = 0;
    while (total < shared_.options.linger_limit && !is_timed_out_) {
        auto const read = http::take_arrived(socket_, dropped);
        total += read.size;
        if (read.size > 0) continue;
        if (read.ec != asio::error::would_block) co_return;
        auto const [ec] = co_await next_arrival(socket_, read_memory_);
        if (ec) co_return;
    }
}

} // namespace sluice::gateway::server
