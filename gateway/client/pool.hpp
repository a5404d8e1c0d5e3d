// The connections of one destination on one thread, and the requests that wait for one. Kept by
// whoever starts requests on it and by each of its connections. Connections are never shared
// between destinations: two of them may have other certificates, other allowed networks.
#pragma once

#include "gateway/client/client_context.hpp"
#include "gateway/client/endpoint.hpp"
#include "gateway/client/exchange.hpp"
#include "gateway/client/waiting_line.hpp"
#include "gateway/http/moving_deadline.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace sluice::gateway::client {

class connection;

class pool final : public std::enable_shared_from_this<pool>, public http::moving_deadline::owner {
  public:
    // To be made by make() only.
    pool(std::shared_ptr<client_context> context, std::shared_ptr<endpoint const> where);
    static std::shared_ptr<pool> make(std::shared_ptr<client_context> context,
                                      std::shared_ptr<endpoint const> where);

    // Sends on an idle connection, opens one, or lets the request wait.
    void start(outbound_request& request);

    // Takes nothing new; closes connections as they become free.
    void retire();

    // Ends everything with cause::stopped.
    void stop();
    // Ends what is under way, with cause::cut where a connection carries it, and goes on.
    void cut();

    // Retired, and its last connection is closed.
    bool is_finished() const { return is_retired_ && connections_.empty(); }

    void deadline_passed() override;

    client_context& context() { return *context_; }
    endpoint const& where() const { return *where_; }

    // What connections tell their pool.

    // Tells the owner of `done`, while the connection that carried it is about to be free if
    // `frees_connection`: a request that is started meanwhile waits for it.
    void answer(outbound_request& done, inbound_response& response, bool frees_connection);
    void fail(outbound_request& failed, queue::cause why, std::string_view detail);
    // The connection has no request: it gets the next one, becomes idle or is closed.
    void on_free(connection& free);
    // The connection is closed.
    void on_closed(connection& closed);
    // A stale connection lost this request before anything came back: a fresh one gets it. The
    // stale one is about to close.
    void retry(outbound_request& request);

  private:
    using time_point = std::chrono::steady_clock::time_point;

    void open_connection(outbound_request& first);
    void watch_line();

    std::shared_ptr<client_context> context_;
    std::shared_ptr<endpoint const> where_;
    std::vector<std::shared_ptr<connection>> connections_;
    std::vector<connection*> idle_; // the one used last at the end
    waiting_line line_;
    http::moving_deadline line_deadline_;
    std::size_t becoming_free_ = 0; // connections whose answer is being told of right now
    bool is_retired_ = false;
};

} // namespace sluice::gateway::client
