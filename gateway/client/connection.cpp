#include "gateway/client/connection.hpp"

#include "gateway/client/pool.hpp"
#include "gateway/client/request_head.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace sluice::gateway::client {

namespace asio = boost::asio;
using queue::cause;

namespace {
constexpr std::size_t copied_body = 8 * 1024; // copying this is cheaper than a gathered write
}

connection::connection(std::shared_ptr<pool> owner)
    : pool_(std::move(owner))
    , wire_(pool_->context().executor)
    , deadline_(pool_->context().executor, *this)
    , reader_(pool_->context().options) {}

void connection::open(outbound_request& first) {
    current_ = &first;
    dialer_.emplace(pool_->context(), pool_->where(), wire_, deadline_);
    auto on_end = [self = shared_from_this()](std::exception_ptr error) {
        self->on_run_ended(error);
    };
    asio::co_spawn(pool_->context().executor, run(), std::move(on_end));
}

connection::awaitable connection::run() {
    // Never inside the caller: a destination that fails at once would end each of those that wait
    // inside the end of the one before.
    co_await asio::post(pool_->context().executor, asio::deferred);
    if (state_ == state::closed) co_return; // stopped meanwhile
    bool const is_open = co_await dialer_->dial(current_->deadline_, current_->account);
    if (state_ == state::closed) co_return;
    if (!is_open) {
        on_dial_failed();
        co_return;
    }
    dialer_.reset();
    pool_->context().counters.connections_opened.add();
    begin();
    while (state_ != state::closed) {
        if (is_next_an_event())
            co_await http::async_arrival(wire_.socket(), http::as_result);
        else
            co_await wire_.socket().async_wait(waits_for_, http::as_result);
        on_ready();
    }
}

// Between two answers, as long as nothing is wrong: a reset that came with an answer shows when the
// next request is written. In the midst of one the socket is registered anew, which tells of it.
bool connection::is_next_an_event() const {
    bool const is_between = state_ == state::idle || reader_.is_untouched();
    return is_between && wire_.is_read_empty() && !write_failed_ &&
           waits_for_ == asio::ip::tcp::socket::wait_read;
}

// An exception can only be lack of memory: the attempt fails, the thread goes on.
void connection::on_run_ended(std::exception_ptr error) {
    if (!error) return;
    stop(dialer_ ? cause::connect : cause::cut, "out of memory");
}

void connection::on_dial_failed() {
    pool_->context().counters.dials_failed.add();
    fail(dialer_->cause(), dialer_->detail());
}

void connection::send(outbound_request& next) {
    current_ = &next;
    is_reused_ = true;
    begin();
}

void connection::begin() {
    state_ = state::busy;
    has_sent_ = false;
    deadline_.move(current_->deadline_);
    reader_.reset(current_->method == "HEAD", pool_->where().response_limit);
    write_head();
    flush();
}

// The last thing before each write: a process may be frozen anywhere before it.
bool connection::may_write() {
    auto const& may_send = pool_->context().options.may_send;
    if (!may_send || may_send()) return true;
    stop(has_sent_ ? cause::cut : cause::stopped, "the lease on the task has ended");
    return false;
}

void connection::write_head() {
    render_request_head(head_, pool_->where(), *current_);
    body_left_ = current_->body;
    if (body_left_.size() <= copied_body) {
        head_.append(body_left_);
        body_left_ = {};
    }
    head_left_ = head_;
}

void connection::flush() {
    while (!is_written() && !waits_to_write_) {
        if (!may_write()) return;
        auto const result = wire_.write(head_left_, body_left_);
        switch (result.what) {
        case io_result::status::done: {
            auto const of_head = std::min(result.size, head_left_.size());
            head_left_.remove_prefix(of_head);
            body_left_.remove_prefix(result.size - of_head);
            has_sent_ = true;
            break;
        }
        case io_result::status::wants_write:
            return wait_to_write();
        case io_result::status::wants_read:
            return; // on_ready() comes back here
        case io_result::status::ended:
        case io_result::status::failed:
            return on_write_failed();
        }
    }
}

void connection::wait_to_write() {
    waits_to_write_ = true;
    auto on_writable = [self = shared_from_this()](boost::system::error_code) {
        self->waits_to_write_ = false;
        if (self->state_ == state::busy) self->flush();
    };
    wire_.socket().async_wait(asio::ip::tcp::socket::wait_write, std::move(on_writable));
}

// The peer may have answered before it closed (413 to a body that it did not want): what came is
// read first, by the coroutine.
void connection::on_write_failed() {
    write_failed_ = true;
    boost::system::error_code ignored;
    wire_.socket().cancel(ignored);
}

void connection::on_ready() {
    while (state_ != state::closed) {
        auto& buffer = pool_->context().read_buffer;
        auto const result = wire_.read(buffer);
        if (!on_read(result)) return;
        if (wire_.is_read_empty()) return;
    }
}

// False where there is nothing more to read now.
bool connection::on_read(io_result result) {
    waits_for_ = asio::ip::tcp::socket::wait_read;
    switch (result.what) {
    case io_result::status::done:
        return take(std::string_view(pool_->context().read_buffer.data(), result.size));
    case io_result::status::wants_write:
        waits_for_ = asio::ip::tcp::socket::wait_write;
        return false;
    case io_result::status::wants_read:
        if (write_failed_)
            lost(false, wire_.error_text());
        else if (state_ == state::busy)
            flush();
        return false;
    case io_result::status::ended:
        lost(true, "the connection was closed");
        return false;
    case io_result::status::failed:
        lost(false, wire_.error_text());
        return false;
    }
    return false;
}

bool connection::take(std::string_view bytes) {
    if (state_ != state::busy) {
        close(); // bytes that nobody asked for belong to no answer
        return false;
    }
    switch (reader_.feed(bytes)) {
    case response_reader::state::more:
        return true;
    case response_reader::state::done:
        complete();
        return true;
    case response_reader::state::bad:
        fail(cause::bad_answer, reader_.problem());
        return false;
    }
    return false;
}

void connection::complete() {
    auto const self = shared_from_this();
    auto& done = *std::exchange(current_, nullptr);
    bool const is_reusable = reader_.keeps_alive() && is_written() && !write_failed_;
    if (!is_reusable) close();
    pool_->answer(done, reader_.response(), is_reusable);
    // The owner may have stopped everything meanwhile.
    if (state_ != state::closed) pool_->on_free(*this);
}

void connection::become_idle() {
    state_ = state::idle;
    deadline_.move(std::chrono::steady_clock::now() + pool_->context().options.idle_timeout);
}

void connection::lost(bool by_peer, std::string const& why) {
    if (state_ != state::busy) return close();
    if (by_peer && reader_.end() == response_reader::state::done) return complete();
    bool const may_go_again = !current_->was_retried_ && !(current_->is_sent_once && has_sent_);
    bool const is_stale = is_reused_ && reader_.is_untouched() && may_go_again;
    if (!is_stale)
        return fail(has_sent_ ? cause::cut : cause::connect, why + ' ' + reader_.progress());
    // Before closing: the fresh connection takes this one's place, nobody who waits gets it.
    pool_->retry(*std::exchange(current_, nullptr));
    close();
}

void connection::fail(queue::cause why, std::string_view detail) {
    auto const self = shared_from_this();
    auto& failed = *std::exchange(current_, nullptr);
    close();
    pool_->fail(failed, why, detail);
}

void connection::stop(queue::cause why, std::string_view detail) {
    if (dialer_) dialer_->give_up();
    if (current_) return fail(why, detail);
    close();
}

void connection::deadline_passed() {
    auto const self = shared_from_this(); // closing it would destroy it here
    switch (state_) {
    case state::dialling:
        return dialer_->interrupt();
    case state::busy:
        if (is_written()) return fail(cause::timeout_after_send, "no answer in time");
        return fail(cause::timeout_before_send, "the request could not be written in time");
    case state::idle:
        return close();
    case state::closed:
        return;
    }
}

void connection::close() {
    if (state_ == state::closed) return;
    state_ = state::closed;
    deadline_.cancel();
    wire_.close();
    pool_->on_closed(*this);
}

} // namespace sluice::gateway::client
