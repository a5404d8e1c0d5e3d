// The outbound side of one I/O thread: every connection to every destination that this thread
// keeps. Made, used and destroyed on that thread. Carries bytes and reports what came back; it
// never judges an answer, never follows a redirect, never repeats a request that may have been
// read (but for one retry of a stale keep-alive connection) and never blocks.
#pragma once

#include "gateway/client/counters.hpp"
#include "gateway/client/endpoint.hpp"
#include "gateway/client/exchange.hpp"
#include "gateway/client/options.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <vector>

namespace sluice::gateway::client {

class resolver;
struct client_context;

class http_client {
  public:
    // `names` is shared by all threads and must outlive this client.
    http_client(boost::asio::io_context& context, resolver& names, client_options options = {});
    // Stops. Handlers that are still queued on the context may run later.
    ~http_client();
    http_client(http_client const&) = delete;
    http_client& operator=(http_client const&) = delete;

    // A line of connections to one destination; none is opened yet. The caller keeps the pointer
    // as long as it starts requests on it, and gives it to close() when the destination is gone
    // or has changed.
    std::shared_ptr<pool> open(std::shared_ptr<endpoint const> where);

    // Takes no more requests for `line`; what was started ends normally, then its connections
    // are closed.
    void close(pool& line);

    // Sends `request` to `request.to` and reports to `request.owner`: usually later, inside this
    // call where nothing can be sent any more (cause::stopped). Never throws.
    void start(outbound_request& request);

    // Ends everything that is under way with cause::stopped and closes every connection.
    // Requests started later end the same way at once.
    void stop();
    // Ends everything that is under way: what may have been taken with cause::cut. Requests started
    // later are carried as before.
    void cut();

    // May be read by any thread.
    client_counters const& counters() const;

  private:
    std::shared_ptr<client_context> context_;
    std::vector<std::shared_ptr<pool>> pools_;
    bool is_stopped_ = false;
};

} // namespace sluice::gateway::client
