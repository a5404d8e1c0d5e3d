#include "gateway/stress/sink/sink_connection.hpp"

#include "gateway/stress/sink/sink_admin.hpp"
#include "gateway/stress/sink/sink_answer.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <cstring>

namespace sluice::gateway::stress {

namespace {

namespace asio = boost::asio;

constexpr std::size_t first_buffer = 16 * 1024;
constexpr std::size_t kept_buffer = 256 * 1024; // a larger one is given back after its request
constexpr std::size_t flush_at = 64 * 1024;
constexpr unsigned trickle_pieces = 20;

arrival arrival_now() {
    return {std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()),
            std::chrono::steady_clock::now().time_since_epoch()};
}

std::chrono::steady_clock::time_point steady(arrival at) {
    return std::chrono::steady_clock::time_point(at.monotonic);
}

unanswered how_left(reaction const& what) {
    if (what.what == reaction::kind::reset) return unanswered::reset;
    return what.what == reaction::kind::half_close ? unanswered::half_closed : unanswered::hung;
}

bool is_immediate(reaction const& what) {
    return what.what == reaction::kind::answer && what.delay.count() <= 0 &&
           what.body_time.count() == 0;
}

std::string_view type_of(std::string_view body) {
    if (body.starts_with('{') || body.starts_with('[')) return "application/json";
    return body.starts_with('<') ? "application/xml" : "text/plain";
}

} // namespace

sink_connection::sink_connection(tcp_socket socket, std::shared_ptr<sink_listener> listener)
    : socket_(std::move(socket))
    , timer_(socket_.get_executor())
    , listener_(std::move(listener))
    , buffer_(first_buffer) {
    if (auto const& tls = listener_->state().tls) tls_.emplace(socket_, *tls);
    listener_->add(*this);
    listener_->state().connections.fetch_add(1, std::memory_order_relaxed);
}

sink_connection::~sink_connection() {
    listener_->state().connections.fetch_sub(1, std::memory_order_relaxed);
    listener_->remove(*this);
}

awaitable<void> sink_connection::run(std::unique_ptr<sink_connection> self) {
    bool const is_open = co_await self->shake_hands();
    while (is_open) {
        auto const what = co_await self->serve_buffered();
        bool const is_flushed = co_await self->flush();
        if (what == next::end || !is_flushed) break;
        bool const has_more = co_await self->read_more();
        if (!has_more) break;
    }
    // The client reads what was written last before it sees the end.
    self->say_end();
}

awaitable<bool> sink_connection::shake_hands() {
    if (!tls_) co_return true;
    auto const [ec] = co_await tls_->async_handshake(asio::ssl::stream_base::server, as_result);
    co_return !ec;
}

void sink_connection::say_end() {
    boost::system::error_code ignored;
    socket_.shutdown(tcp_socket::shutdown_send, ignored);
}

void sink_connection::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    timer_.cancel();
}

std::string_view sink_connection::unread() const {
    return {buffer_.data() + begin_, end_ - begin_};
}

// Answers every whole request that was read.
awaitable<sink_connection::next> sink_connection::serve_buffered() {
    auto const& limits = listener_->state().options.limits;
    while (begin_ < end_) {
        auto const found = scan_request(unread(), limits, request_);
        if (found.state == scan_state::malformed || found.state == scan_state::too_large) {
            refuse(found);
            co_return next::end;
        }
        if (found.state != scan_state::complete) {
            bool const is_asked = found.state == scan_state::need_body && request_.expects_continue;
            if (is_asked && !was_continued_) out_ += "HTTP/1.1 100 Continue\r\n\r\n";
            was_continued_ = was_continued_ || is_asked;
            needed_ = found.needed;
            co_return next::go_on;
        }
        was_continued_ = false;
        auto const what = take(request_);
        if (what && is_immediate(*what)) {
            answer_now(request_, *what);
        } else if (what) {
            bool const is_answered = co_await answer_later(request_, *what);
            if (!is_answered) co_return next::end;
        }
        begin_ += found.consumed;
        if (!request_.keep_alive) co_return next::end;
        if (out_.size() >= flush_at) {
            bool const is_flushed = co_await flush();
            if (!is_flushed) co_return next::end;
        }
    }
    needed_ = 0;
    co_return next::go_on;
}

// Decides what happens to a request, and counts and records it. Whether it was one of the calls
// under /__sink/, which are answered here, is told by an empty result.
std::optional<reaction> sink_connection::take(sink_request const& request) {
    auto& state = listener_->state();
    if (request.target.starts_with(admin_prefix)) {
        auto const answer = answer_admin(request, state, steady(arrived_));
        reaction what;
        what.status = answer.status;
        append_answer(out_, request, what, answer.body);
        return std::nullopt;
    }
    auto const what = listener_->react(steady(arrived_));
    if (state.recorder->is_on()) state.recorder->add(request, arrived_, what.status);
    if (state.on_request) state.on_request(request, arrived_, what.status);
    state.stats.on_request(request.path(), request.webhook_id, request.body.size(), what.status,
                           how_left(what));
    return what;
}

void sink_connection::answer_now(sink_request const& request, reaction const& what) {
    auto const& behaviour = listener_->behaviour_now();
    bool const is_configured = behaviour.body.has_value();
    if (is_configured && behaviour.body->size() >= behaviour.answer_bytes)
        return append_answer(out_, request, what, *behaviour.body, type_of(*behaviour.body));
    body_ = is_configured ? *behaviour.body : default_body(request, what.status);
    if (body_.size() < behaviour.answer_bytes) body_.resize(behaviour.answer_bytes, ' ');
    append_answer(out_, request, what, body_, type_of(body_));
}

// False when the connection is over: reset, hung until the client went away, or stopped.
awaitable<bool> sink_connection::answer_later(sink_request const& request, reaction what) {
    if (what.what == reaction::kind::reset) {
        reset();
        co_return false;
    }
    bool const is_flushed = co_await flush();
    if (!is_flushed) co_return false;
    if (what.what == reaction::kind::half_close) say_end();
    if (what.what != reaction::kind::answer) {
        co_await read_until_end();
        co_return false;
    }
    timer_.expires_at(steady(arrived_) + what.delay);
    auto const [ec] = co_await timer_.async_wait(as_result);
    if (ec || !socket_.is_open()) co_return false;
    answer_now(request, what);
    if (what.body_time.count() == 0) co_return true;
    bool const is_written = co_await trickle(what.body_time);
    co_return is_written;
}

// The head at once, the body bit by bit.
awaitable<bool> sink_connection::trickle(std::chrono::milliseconds over) {
    auto const whole = std::move(out_);
    auto at = std::min(whole.find("\r\n\r\n") + 4, whole.size());
    auto const piece = std::max<std::size_t>(1, (whole.size() - at) / trickle_pieces);
    auto const pause = over * static_cast<std::int64_t>(piece) /
                       static_cast<std::int64_t>(std::max<std::size_t>(1, whole.size() - at));
    out_ = whole.substr(0, at);
    while (true) {
        bool const is_flushed = co_await flush();
        if (!is_flushed || at == whole.size()) co_return is_flushed;
        timer_.expires_after(pause);
        auto const [ec] = co_await timer_.async_wait(as_result);
        if (ec || !socket_.is_open()) co_return false;
        out_ = whole.substr(at, piece);
        at += out_.size();
    }
}

// Says nothing more and reads on, so that the client's end is noticed.
awaitable<void> sink_connection::read_until_end() {
    boost::system::error_code failed;
    while (!failed) {
        auto const [ec, size] = co_await socket_.async_read_some(asio::buffer(buffer_), as_result);
        failed = ec;
    }
}

void sink_connection::reset() {
    boost::system::error_code ignored;
    out_.clear();
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
}

void sink_connection::refuse(scan_result const& found) {
    listener_->state().stats.on_malformed();
    append_refusal(out_, found.status);
}

awaitable<bool> sink_connection::flush() {
    if (out_.empty()) co_return true;
    boost::system::error_code failed;
    if (tls_) {
        auto const [ec, size] = co_await asio::async_write(*tls_, asio::buffer(out_), as_result);
        failed = ec;
    } else {
        auto const [ec, size] = co_await asio::async_write(socket_, asio::buffer(out_), as_result);
        failed = ec;
    }
    out_.clear();
    co_return !failed;
}

awaitable<bool> sink_connection::read_more() {
    drop_consumed();
    if (!make_room(needed_)) {
        append_refusal(out_, 413);
        co_await flush();
        co_return false;
    }
    auto const room = asio::buffer(buffer_.data() + end_, buffer_.size() - end_);
    boost::system::error_code failed;
    std::size_t size = 0;
    if (tls_) {
        auto const [ec, read] = co_await tls_->async_read_some(room, as_result);
        failed = ec;
        size = read;
    } else {
        auto const [ec, read] = co_await socket_.async_read_some(room, as_result);
        failed = ec;
        size = read;
    }
    end_ += size;
    arrived_ = arrival_now();
    co_return !failed;
}

void sink_connection::drop_consumed() {
    if (begin_ == 0) return;
    if (begin_ < end_) std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ == 0 && buffer_.size() > kept_buffer) buffer_ = std::vector<char>(first_buffer);
}

bool sink_connection::make_room(std::size_t needed) {
    auto const& limits = listener_->state().options.limits;
    // Chunks of one byte take six on the wire; below that a body within its limit always fits.
    auto const most = limits.header_bytes + 6 * limits.body_bytes + first_buffer;
    if (end_ < buffer_.size() && needed <= buffer_.size()) return true;
    auto const wanted = std::max(needed, 2 * buffer_.size());
    if (end_ >= most) return false;
    buffer_.resize(std::min(std::max(wanted, end_ + 1), most));
    return true;
}

} // namespace sluice::gateway::stress
