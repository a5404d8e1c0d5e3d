#include "gateway/server/listener.hpp"

#include "gateway/http/descriptors.hpp"
#include "gateway/http/net.hpp"
#include "gateway/server/address_limit.hpp"
#include "gateway/server/session.hpp"
#include "gateway/server/shared.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/assert.hpp>

#include <list>
#include <sys/socket.h>
#include <utility>

namespace sluice::gateway::server {

namespace asio = boost::asio;
using http::error_code;
namespace {

using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

} // namespace

class listener::impl {
  public:
    impl(asio::io_context& io, server_options const& options, handler& requests,
         tls_identity const* tls)
        : shared_{options, requests}
        , wakes_(io.get_executor())
        , tls_(tls)
        , acceptor_(io)
        , incoming_(io)
        , pause_(io) {}

    error_code open(http::tcp::endpoint const& where, port_claim claim);
    http::tcp::endpoint endpoint() const {
        error_code ignored;
        return acceptor_.local_endpoint(ignored);
    }
    void use(server_options const& options) { shared_.options = options; }
    void stop();
    void kill();
    std::size_t connections() const { return sessions_.size(); }
    bool is_finished() const { return is_stopped_ && !is_accepting_ && sessions_.empty(); }
    server_counters const& counters() const { return shared_.counters; }

  private:
    error_code claim_port(http::tcp::endpoint const& where, port_claim claim);
    http::coroutine<void> accept_loop();
    void take_connection(http::tcp_socket&& incoming, http::tcp::endpoint const& from);
    void take_waiting();

    server_shared shared_;
    wake_queue wakes_;
    tls_identity const* tls_;
    http::tcp_acceptor acceptor_;
    http::tcp_socket incoming_;
    http::tcp::endpoint incoming_peer_;
    http::steady_timer pause_;
    std::list<session> sessions_;
    bool is_accepting_ = false;
    bool is_stopped_ = false;
};

error_code listener::impl::open(http::tcp::endpoint const& where, port_claim claim) {
    BOOST_ASSERT(!acceptor_.is_open());
    if (auto const ec = claim_port(where, claim)) {
        error_code ignored;
        acceptor_.close(ignored);
        return ec;
    }
    is_accepting_ = true;
    asio::co_spawn(acceptor_.get_executor(), accept_loop(), [this](std::exception_ptr failure) {
        is_accepting_ = false;
        if (failure && shared_.options.on_failure) shared_.options.on_failure(failure);
    });
    return {};
}

// The first listener listens alone, which the system refuses if anybody else does, and shares
// the port only then: of two processes that start together exactly one wins.
error_code listener::impl::claim_port(http::tcp::endpoint const& where, port_claim claim) {
    error_code ec;
    acceptor_.open(where.protocol(), ec);
    if (!ec) acceptor_.set_option(http::tcp_acceptor::reuse_address(true), ec);
    bool const is_v6_only = where.address().is_v6() && shared_.options.is_v6_only;
    if (!ec && is_v6_only) acceptor_.set_option(asio::ip::v6_only(true), ec);
    if (!ec && claim == port_claim::join) acceptor_.set_option(reuse_port(true), ec);
    if (!ec) acceptor_.bind(where, ec);
    if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    if (!ec && claim == port_claim::first) acceptor_.set_option(reuse_port(true), ec);
    return ec;
}

http::coroutine<void> listener::impl::accept_loop() {
    while (!is_stopped_) {
        auto const [ec] =
            co_await acceptor_.async_accept(incoming_, incoming_peer_, http::as_result);
        if (!ec) {
            take_connection(std::move(incoming_), incoming_peer_);
        } else if (http::is_shortage(ec)) {
            shared_.counters.accept_pauses.add();
            pause_.expires_after(shared_.options.accept_pause);
            [[maybe_unused]] auto const [woken] = co_await pause_.async_wait(http::as_result);
        }
        // Everything else concerns one connection that is gone already.
    }
}

void listener::impl::take_connection(http::tcp_socket&& incoming, http::tcp::endpoint const& from) {
    auto& counters = shared_.counters;
    auto const context = tls_ ? tls_->current() : nullptr;
    bool const has_no_identity = tls_ && !context;
    auto const per_address = shared_.options.per_address;
    auto const peer = from.address();
    auto const descriptor = static_cast<std::size_t>(incoming.native_handle());
    bool const is_full = sessions_.size() >= shared_.options.max_connections || has_no_identity ||
                         descriptor >= shared_.options.descriptor_limit;
    if (is_full || (per_address && !per_address->enter(peer))) {
        counters.connections_refused.add();
        error_code ignored;
        incoming.close(ignored);
        return;
    }
    counters.connections_accepted.add();
    counters.connections_open.add();
    sessions_.emplace_front(std::move(incoming), from, shared_, wakes_, context);
    auto const place = sessions_.begin();
    place->start([this, place, per_address, peer] {
        sessions_.erase(place);
        if (per_address) per_address->leave(peer);
        shared_.counters.connections_open.subtract();
        shared_.counters.connections_closed.add();
    });
    // It was let in while the listener stopped.
    if (is_stopped_) place->drain();
}

// Whoever the system has let in already may have sent a call: closing would reset it, and a proxy
// must not send it again.
void listener::impl::take_waiting() {
    constexpr int most = 4096;
    error_code ec;
    acceptor_.non_blocking(true, ec);
    for (int i = 0; i < most && !ec; ++i) {
        http::tcp_socket late(acceptor_.get_executor());
        http::tcp::endpoint peer;
        acceptor_.accept(late, peer, ec);
        if (!ec) take_connection(std::move(late), peer);
    }
}

void listener::impl::stop() {
    if (std::exchange(is_stopped_, true)) return;
    if (acceptor_.is_open()) take_waiting();
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    for (session& open : sessions_)
        open.drain();
}

void listener::impl::kill() {
    stop();
    for (session& open : sessions_)
        open.kill();
}

listener::listener(asio::io_context& io, server_options const& options, handler& requests,
                   tls_identity const* tls)
    : impl_(std::make_unique<impl>(io, options, requests, tls)) {}

listener::~listener() = default;

error_code listener::open(http::tcp::endpoint where, port_claim claim) {
    return impl_->open(where, claim);
}

http::tcp::endpoint listener::endpoint() const {
    return impl_->endpoint();
}

void listener::use(server_options const& options) {
    impl_->use(options);
}

void listener::stop() {
    impl_->stop();
}

void listener::kill() {
    impl_->kill();
}

std::size_t listener::connections() const {
    return impl_->connections();
}

bool listener::is_finished() const {
    return impl_->is_finished();
}

server_counters const& listener::counters() const {
    return impl_->counters();
}

error_code probe_port(http::tcp::endpoint const& where) {
    asio::io_context io;
    http::tcp::acceptor probe(io);
    error_code ec;
    probe.open(where.protocol(), ec);
    if (!ec) probe.set_option(http::tcp::acceptor::reuse_address(true), ec);
    if (!ec) probe.bind(where, ec);
    return ec;
}

} // namespace sluice::gateway::server
