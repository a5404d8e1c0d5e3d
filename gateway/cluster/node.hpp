// A gateway's part in its cluster, as far as calls go: the internal listener, by which the others
// ask this gateway, and the askers, one a thread, by which it asks them. There is none without a
// cluster. Owned by the app; main thread.
//
// Life: construct and `listen` before the others are told of the address, `make_asker` for each
// thread, `open` when the calls can be answered; destroy it after the main loop has ended.
#pragma once

#include "gateway/cluster/asker.hpp"
#include "gateway/cluster/credentials.hpp"
#include "gateway/cluster/door.hpp"
#include "gateway/cluster/home_asker.hpp"
#include "gateway/server/listener.hpp"
#include "gateway/server/tls.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>

namespace sluice::gateway::cluster {

class node {
  public:
    // `io` is the main thread's.
    node(boost::asio::io_context& io, credentials known_by);

    // Binds; nothing is answered before the loop runs.
    boost::system::error_code listen(boost::asio::ip::tcp::endpoint where);
    // Where it listens, with the port that the system chose: "address:port".
    std::string address() const;

    struct asker_parts {
        view_source view;
        std::uint32_t log = 0;      // this gateway's own
        queue::wall_time started{}; // now
    };
    void know(asker_parts with);
    // After `know`. Belongs to the thread of `io` then.
    std::unique_ptr<asker> make_asker(boost::asio::io_context& io, client::resolver& names) const;

    // The same for calls with an order key; `from` as the gateway has it when they come.
    std::unique_ptr<home_asker> make_home_asker(boost::asio::io_context& io,
                                                client::resolver& names, home_sources from) const;
    forward_counters const& forwards() const { return *forwards_; }

    // From now on calls of the others are answered.
    void open(door::parts with) { door_.open(std::move(with)); }

    static constexpr std::size_t most_connections = 1024;
    static constexpr std::uint64_t most_body = 256ull << 20; // bytes of a forwarded call
    static constexpr std::size_t most_header = 128 * 1024; // the slots of a large batch stand in it

  private:
    std::string own_address() const;

    credentials known_by_;
    server::tls_identity identity_;
    door door_;
    std::unique_ptr<server::listener> listener_;
    view_source view_;
    std::shared_ptr<job_numbers> jobs_;
    std::unique_ptr<forward_counters> forwards_ = std::make_unique<forward_counters>();
};

} // namespace sluice::gateway::cluster
