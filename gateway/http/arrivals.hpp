// Taking what has arrived on a TCP socket, and waiting for more, in one system call a piece. Asio
// asks the socket in vain before each wait, or has its registration renewed; here a reading tells
// whether it took all there was (TCP_INQ), and then the wait needs nothing but the next event: the
// socket is registered edge-triggered. Functions on a socket that somebody else owns; its thread.
#pragma once
#include "gateway/http/net.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/detail/bind_handler.hpp>
#include <boost/asio/detail/fenced_block.hpp>
#include <boost/asio/detail/handler_alloc_helpers.hpp>
#include <boost/asio/detail/handler_cont_helpers.hpp>
#include <boost/asio/detail/handler_work.hpp>
#include <boost/asio/detail/reactive_socket_service_base.hpp>
#include <boost/asio/detail/reactor.hpp>
#include <boost/asio/detail/reactor_op.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

namespace sluice::gateway::http {

// Once for each socket: without it, or where the system does not know how, no reading is ever known
// to have taken all.
void tell_of_rest(tcp_socket& socket);

struct taken {
    error_code ec; // eof where the peer sends no more, would_block where nothing is there
    std::size_t size = 0;
    // Nothing was left: whatever comes after it is an event. The end of the peer's sending counts
    // as something, a reset does not: it shows when the socket is used next.
    bool is_all = false;
};

// Reads without blocking; the socket is in non-blocking mode.
taken take_arrived(tcp_socket& socket, std::span<char> room);

namespace detail {

// What Asio keeps behind a socket.
struct socket_parts : tcp_socket {
    static auto& behind(tcp_socket& socket) { return socket.*(&socket_parts::impl_); }
};
struct service_parts : asio::detail::reactive_socket_service_base {
    static constexpr auto start = &service_parts::start_op;
};

// Ends with the next event, and says that the socket was read empty then: its handler sees to that.
// So Asio tries it at once only if there was an event since the last one ended.
template <class Handler>
class arrival_op final : public asio::detail::reactor_op {
  public:
    BOOST_ASIO_DEFINE_HANDLER_PTR(arrival_op);

    arrival_op(Handler& handler, executor const& where)
        : reactor_op(error_code(), &arrival_op::perform_it, &arrival_op::complete_it)
        , handler_(std::move(handler))
        , work_(handler_, where) {}

  private:
    using work = asio::detail::handler_work<Handler, executor>;

    static status perform_it(reactor_op*) { return done_and_exhausted; }

    static void complete_it(void* owner, asio::detail::operation* base, error_code const&,
                            std::size_t) {
        auto* const self = static_cast<arrival_op*>(base);
        ptr place = {std::addressof(self->handler_), self, self};
        work outstanding(std::move(self->work_));
        // The memory is free before the handler runs, so that it may be used for what comes next.
        asio::detail::binder1<Handler, error_code> handler(self->handler_, self->ec_);
        place.h = std::addressof(handler.handler_);
        place.reset();
        if (owner == nullptr) return; // its io_context ends
        asio::detail::fenced_block const order(asio::detail::fenced_block::half);
        outstanding.complete(handler, handler.handler_);
    }

    Handler handler_;
    work work_;
};

struct begin_waiting {
    tcp_socket* socket;

    template <class Handler>
    void operator()(Handler handler) const {
        using op = arrival_op<Handler>;
        typename op::ptr place = {std::addressof(handler), op::ptr::allocate(handler), nullptr};
        place.p = new (place.v) op(handler, socket->get_executor());
        auto& parts = socket_parts::behind(*socket);
        bool const is_continuation = boost_asio_handler_cont_helpers::is_continuation(handler);
        (parts.get_service().*service_parts::start)(parts.get_implementation(),
                                                    asio::detail::reactor::read_op, place.p,
                                                    is_continuation, true, false);
        place.v = place.p = nullptr;
    }
};

} // namespace detail

// Waits until something has arrived that the last take_arrived() does not know of: bytes, the end,
// or an error; sometimes for nothing. Only after one that took all, or found nothing. From then on
// Asio's own async_read_some() may wait where bytes are left: it is not to be used; its
// async_wait() may be.
template <class Token>
auto async_arrival(tcp_socket& socket, Token&& token) {
    return asio::async_initiate<Token, void(error_code)>(detail::begin_waiting{&socket}, token);
}

} // namespace sluice::gateway::http
