// One thread's inbound door: accepts connections on its io_context and serves HTTP/1.1 on them.
// Owned by whoever owns the io_context; every member but counters() is called on its thread.
// To be destroyed when is_finished(), or after the io_context has stopped running for good; the
// handler must not reply to anything after that. Starts no thread, never blocks.
#pragma once
#include "gateway/server/counters.hpp"
#include "gateway/server/handler.hpp"
#include "gateway/server/options.hpp"
#include "gateway/server/tls.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace sluice::gateway::server {

// How a listener takes its port. The threads of a process share a port by SO_REUSEPORT, which by
// itself would let a second process of the same user join in unnoticed.
enum class port_claim {
    // The first listener of the process: fails when anybody, another Sluice included, listens
    // there; afterwards the port is open for the process's other listeners.
    first,
    // Joins a port that this process has claimed.
    join
};

class listener {
  public:
    // `requests` and `tls` must outlive the listener. Without `tls` it speaks plain HTTP.
    listener(boost::asio::io_context& io, server_options const& options, handler& requests,
             tls_identity const* tls = nullptr);
    ~listener();

    // Binds, listens and begins to accept. `address_in_use` when the claim fails.
    boost::system::error_code open(boost::asio::ip::tcp::endpoint where, port_claim claim);

    // Where it listens, with the port that the system chose if 0 was asked for.
    boost::asio::ip::tcp::endpoint endpoint() const;

    // Limits and times from now on, also for requests that begin on connections that are open.
    void use(server_options const& options);

    // Graceful: accepts no more, closes idle connections; busy ones answer what they have with
    // `Connection: close` and end. Deadlines still hold.
    void stop();

    // At once: stops and closes every socket. Exchanges that the handler still has stay valid
    // until it replies.
    void kill();

    std::size_t connections() const;
    // After stop() or kill(): nothing of it runs any more.
    bool is_finished() const;
    server_counters const& counters() const;

  private:
    class impl;
    std::unique_ptr<impl> impl_;
};

// Whether anybody listens at this endpoint now: `address_in_use`, or why it cannot be bound.
// For a message before start-up; the decision is open()'s.
boost::system::error_code probe_port(boost::asio::ip::tcp::endpoint const& where);

} // namespace sluice::gateway::server
