// A listener on a thread of its own, on a port that the system chose.
#pragma once
#include "gateway/server/listener.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <cstdint>
#include <functional>
#include <future>
#include <thread>

namespace sluice::tests {

class running_server {
  public:
    explicit running_server(gateway::server::handler& requests,
                            gateway::server::server_options const& options = {},
                            gateway::server::tls_identity const* tls = nullptr);
    // Kills the listener; what the handler still holds must have been released.
    ~running_server();
    running_server(running_server const&) = delete;
    running_server& operator=(running_server const&) = delete;

    std::uint16_t port() const { return port_; }
    boost::asio::io_context& context() { return io_; }
    gateway::server::server_counters const& counters() const { return listener_.counters(); }

    // Runs on the server's thread, and waits for it.
    void on_thread(std::function<void(gateway::server::listener&)> const& action);
    // Waits until a condition holds on the server's thread; false when it takes too long.
    bool wait_for(std::function<bool(gateway::server::listener&)> const& condition);

  private:
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    gateway::server::listener listener_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

// Short answers to slow peers, and the limits of odd_requests.hpp.
gateway::server::server_options small_limits();

} // namespace sluice::tests
