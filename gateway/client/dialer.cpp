#include "gateway/client/dialer.hpp"

#include "gateway/client/address_policy.hpp"
#include "gateway/client/response_reader.hpp"
#include "gateway/config/network_asio.hpp"
#include "gateway/http/descriptors.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <fmt/format.h>

namespace sluice::gateway::client {

namespace asio = boost::asio;
using queue::cause;

namespace {

constexpr auto token = asio::as_tuple(asio::deferred);
// Between two tries to do what our own want of something forbids.
constexpr std::chrono::milliseconds rest_time{200};

std::string host_and_port(std::string_view host, std::uint16_t port) {
    if (host.find(':') == host.npos) return fmt::format("{}:{}", host, port);
    return fmt::format("[{}]:{}", host, port);
}

} // namespace

// Outlives the dialer where the resolver answers late.
struct dialer::pending_lookup {
    timer* waiting = nullptr;
    std::shared_ptr<name_answer const> answer;
};

dialer::dialer(client_context& context, endpoint const& where, wire& to,
               http::moving_deadline& deadline)
    : context_(context)
    , where_(where)
    , wire_(to)
    , deadline_(deadline)
    , answered_(context.executor) {}

dialer::awaitable<bool> dialer::dial(time_point limit, queue::account_id who) {
    limit_ = limit;
    account_ = who;
    // What the address policy means behind a proxy: the proxy's own address is the operator's
    // choice and is not judged. A destination that is an address in any notation is judged here as
    // always, before anything is sent. A destination that is a name is resolved by the proxy, and
    // nothing is known here of the addresses it finds: there the proxy has to keep the policy, as
    // one does whose purpose is to be the only way out. A name is never resolved here "to have a
    // look": the proxy could find another address, and many networks behind a proxy have no DNS.
    auto const& next_hop = where_.proxy ? *where_.proxy : where_.url;
    bool const literal_passes = !where_.url.literal || judge(where_.url, {&*where_.url.literal, 1});
    if (!literal_passes) co_return false;
    bool const has_addresses = co_await find_addresses(next_hop);
    if (!has_addresses) co_return false;
    bool const is_connected = co_await connect_to_any(next_hop.port);
    if (!is_connected) co_return false;
    if (!where_.tls) co_return true;
    if (where_.proxy) {
        bool const is_open = co_await open_tunnel();
        if (!is_open) co_return false;
    }
    bool const is_trusted = co_await do_handshake();
    co_return is_trusted;
}

void dialer::give_up() {
    limit_ = time_point::min();
    interrupt();
}

void dialer::interrupt() {
    is_interrupted_ = true;
    answered_.cancel();
    wire_.close();
}

// Gives the step an equal share of the time that is left; the last one has all of it.
void dialer::move_deadline(std::size_t shares) {
    is_interrupted_ = false;
    auto const now = std::chrono::steady_clock::now();
    deadline_.move(shares <= 1 ? limit_ : now + (limit_ - now) / static_cast<int>(shares));
}

bool dialer::fail(queue::cause why, std::string detail) {
    cause_ = why;
    detail_ = std::move(detail);
    return false;
}

dialer::awaitable<bool> dialer::find_addresses(config::http_url const& host) {
    if (host.literal) {
        addresses_.assign(1, *host.literal);
        co_return true; // judged by dial(), or a proxy's
    }
    move_deadline(1);
    auto answer = context_.names.find(host.host, account_);
    while (!answer) {
        answer = co_await ask(host.host);
        if (!answer) co_return fail_unanswered(host.host);
        if (answer->result != name_result::not_asked) break;
        co_await rest();
        if (is_interrupted_) co_return fail(cause::stopped, host.host + ": " + answer->error);
        answer = context_.names.find(host.host, account_);
    }
    if (answer->addresses.empty()) co_return fail(cause::resolve, host.host + ": " + answer->error);
    co_return judge(host, answer->addresses);
}

// A name that waited in line all the time says nothing of the destination.
bool dialer::fail_unanswered(std::string const& host) {
    if (context_.names.is_waiting(host))
        return fail(cause::stopped, host + ": its turn to be looked up did not come");
    return fail(cause::resolve, host + ": no answer from the name service");
}

dialer::awaitable<void> dialer::rest() {
    answered_.expires_after(rest_time);
    co_await answered_.async_wait(token);
}

dialer::awaitable<std::shared_ptr<name_answer const>> dialer::ask(std::string const& host) {
    auto const pending = std::make_shared<pending_lookup>();
    pending->waiting = &answered_;
    answered_.expires_at(time_point::max());
    resolver::callback on_answer = [pending](std::shared_ptr<name_answer const> answer) {
        pending->answer = std::move(answer);
        if (pending->waiting) pending->waiting->cancel();
    };
    context_.names.look_up(host, account_, context_.executor, std::move(on_answer));
    co_await answered_.async_wait(token);
    pending->waiting = nullptr; // from here on nobody waits: the answer is only cached
    co_return pending->answer;
}

bool dialer::judge(config::http_url const& host, std::span<config::ip_address const> found) {
    if (&host != &where_.url) {
        addresses_.assign(found.begin(), found.end());
        return true;
    }
    auto judged = judge_addresses(found, where_.allow_networks);
    if (judged.allowed.empty())
        return fail(cause::address_not_allowed, "address not allowed: " + judged.refused);
    addresses_ = std::move(judged.allowed);
    return true;
}

dialer::awaitable<bool> dialer::connect_to_any(std::uint16_t port) {
    fail(cause::timeout_before_send, "no time was left to connect"); // unless it is tried
    for (std::size_t i = 0; i < addresses_.size(); ++i) {
        if (std::chrono::steady_clock::now() >= limit_) break;
        move_deadline(addresses_.size() - i);
        bool const is_connected = co_await connect(addresses_[i], port);
        if (is_connected) co_return true;
    }
    co_return false;
}

// Whether the process, and not the peer, is why there is no connection: that is no attempt.
bool dialer::has_no_descriptor(boost::system::error_code const& ec) {
    if (ec) return http::is_shortage(ec);
    auto const descriptor = static_cast<std::size_t>(wire_.socket().native_handle());
    return descriptor >= context_.options.descriptor_limit;
}

dialer::awaitable<bool> dialer::connect(config::ip_address const& address, std::uint16_t port) {
    asio::ip::tcp::endpoint const peer(config::to_asio(address), port);
    auto ec = co_await open_socket(address);
    if (!ec) {
        auto [connect_ec] = co_await wire_.socket().async_connect(peer, token);
        ec = connect_ec;
    }
    if (!ec && !is_interrupted_) {
        wire_.prepare();
        co_return true;
    }
    wire_.close();
    auto const where = host_and_port(address.to_string(), port);
    if (http::is_shortage(ec)) co_return fail(cause::stopped, where + ": " + ec.message());
    if (is_interrupted_) co_return fail(cause::timeout_before_send, where + ": timed out");
    co_return fail(cause::connect, where + ": " + ec.message());
}

// Our own want of descriptors is no failure of the destination: waits for one.
dialer::awaitable<boost::system::error_code>
dialer::open_socket(config::ip_address const& address) {
    auto const protocol = address.is_v4() ? asio::ip::tcp::v4() : asio::ip::tcp::v6();
    boost::system::error_code ec;
    wire_.socket().open(protocol, ec);
    while (has_no_descriptor(ec)) {
        wire_.close();
        co_await rest();
        if (is_interrupted_) {
            ec = asio::error::no_descriptors;
            break;
        }
        wire_.socket().open(protocol, ec);
    }
    co_return ec;
}

dialer::awaitable<bool> dialer::open_tunnel() {
    move_deadline(1);
    auto const authority = host_and_port(where_.url.host, where_.url.port);
    auto const request = fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n\r\n", authority);
    bool const is_sent = co_await send_all(request);
    if (!is_sent) co_return false;
    bool const is_open = co_await read_tunnel_answer();
    co_return is_open;
}

dialer::awaitable<bool> dialer::send_all(std::string_view bytes) {
    while (!bytes.empty()) {
        auto const result = wire_.write(bytes, {});
        if (result.what == io_result::status::failed)
            co_return fail(cause::connect, "proxy: " + wire_.error_text());
        bytes.remove_prefix(result.size);
        if (result.what == io_result::status::wants_write) co_await wait_until(result.what);
        if (is_interrupted_) co_return fail(cause::timeout_before_send, "proxy: timed out");
    }
    co_return true;
}

dialer::awaitable<bool> dialer::read_tunnel_answer() {
    response_reader reader(context_.options);
    reader.reset(true, 0); // an answer to CONNECT has no body (RFC 9110 section 9.3.6)
    auto state = response_reader::state::more;
    while (state == response_reader::state::more) {
        co_await wait_until(io_result::status::wants_read);
        if (is_interrupted_) co_return fail(cause::timeout_before_send, "proxy: timed out");
        auto const result = wire_.read(context_.read_buffer);
        if (result.what == io_result::status::wants_read) continue;
        if (result.what != io_result::status::done)
            co_return fail(cause::connect, "proxy: closed the connection");
        state = reader.feed(std::string_view(context_.read_buffer.data(), result.size));
    }
    if (state == response_reader::state::bad)
        co_return fail(cause::connect, std::string("proxy: ") + reader.problem());
    auto const status = reader.response().status;
    if (status / 100 != 2)
        co_return fail(cause::connect, fmt::format("proxy: answered {}", status));
    if (reader.unused() != 0)
        co_return fail(cause::connect, "proxy: sent bytes before the handshake");
    co_return true;
}

dialer::awaitable<bool> dialer::do_handshake() {
    move_deadline(1);
    wire_.start_tls(*where_.tls, where_.url);
    while (true) {
        auto const result = wire_.handshake();
        if (result.what == io_result::status::done) co_return true;
        if (result.what == io_result::status::failed)
            co_return fail(cause::tls, wire_.error_text());
        co_await wait_until(result.what);
        if (is_interrupted_) co_return fail(cause::timeout_before_send, "the handshake timed out");
    }
}

// Returns at once where the socket is closed.
dialer::awaitable<void> dialer::wait_until(io_result::status wanted) {
    auto const direction = wanted == io_result::status::wants_write
                               ? asio::ip::tcp::socket::wait_write
                               : asio::ip::tcp::socket::wait_read;
    co_await wire_.socket().async_wait(direction, token);
}

} // namespace sluice::gateway::client
