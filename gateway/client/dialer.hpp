// Opens one connection: resolve, address policy, connect (address after address), proxy tunnel,
// TLS. Owned by a connection while it is being opened; runs in that connection's coroutine and is
// bounded by its deadline. Connects only to addresses that the policy has judged.
#pragma once

#include "gateway/client/client_context.hpp"
#include "gateway/client/endpoint.hpp"
#include "gateway/client/wire.hpp"
#include "gateway/http/moving_deadline.hpp"
#include "queue/core/names.hpp"
#include "queue/core/outcome.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sluice::gateway::client {

class dialer {
  public:
    using time_point = std::chrono::steady_clock::time_point;
    using executor_type = boost::asio::io_context::executor_type;
    template <class T>
    using awaitable = boost::asio::awaitable<T, executor_type>;

    // All of them outlive the dialer. `deadline` is moved to the end of each step.
    dialer(client_context& context, endpoint const& where, wire& to,
           http::moving_deadline& deadline);

    // False with cause() and detail() where no connection could be made before `limit`:
    // cause::stopped where it could not even be tried, for want of descriptors or because `who`
    // has too many names under way. Then it was tried again and again until `limit`.
    awaitable<bool> dial(time_point limit, queue::account_id who);

    // The deadline passed: the step at hand fails soon, the next address may be tried.
    void interrupt();
    // dial() fails soon, whatever step it is at.
    void give_up();

    queue::cause cause() const { return cause_; }
    std::string const& detail() const { return detail_; }

  private:
    using timer =
        boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                          boost::asio::wait_traits<std::chrono::steady_clock>,
                                          executor_type>;
    struct pending_lookup;

    awaitable<bool> find_addresses(config::http_url const& host);
    awaitable<std::shared_ptr<name_answer const>> ask(std::string const& host);
    bool fail_unanswered(std::string const& host);
    awaitable<void> rest();
    bool judge(config::http_url const& host, std::span<config::ip_address const> found);
    awaitable<bool> connect_to_any(std::uint16_t port);
    awaitable<bool> connect(config::ip_address const& address, std::uint16_t port);
    awaitable<boost::system::error_code> open_socket(config::ip_address const& address);
    awaitable<bool> open_tunnel();
    awaitable<bool> send_all(std::string_view bytes);
    awaitable<bool> read_tunnel_answer();
    awaitable<bool> do_handshake();
    awaitable<void> wait_until(io_result::status wanted);
    bool has_no_descriptor(boost::system::error_code const& ec);
    void move_deadline(std::size_t shares);
    bool fail(queue::cause cause, std::string detail);

    client_context& context_;
    endpoint const& where_;
    wire& wire_;
    http::moving_deadline& deadline_;
    timer answered_; // never runs out; cancelled when the resolver has answered
    time_point limit_;
    queue::account_id account_{};
    std::vector<config::ip_address> addresses_; // judged, in the order to try them
    queue::cause cause_ = queue::cause::connect;
    std::string detail_;
    bool is_interrupted_ = false;
};

} // namespace sluice::gateway::client
