// What the admin listener says while the gateway starts, which a long journal or the lease of a
// former self may make last: /livez is well, /readyz tells what is waited for, everything else is
// 503. Else a supervisor that gets no answer would end a gateway that only needs time.
// Of the main thread; answers on a thread of its own, from `open` until it is destroyed.
#pragma once

#include "gateway/server/handler.hpp"
#include "gateway/server/listener.hpp"

#include <boost/asio/io_context.hpp>

#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sluice::gateway::serve {

class starting_door final : public server::handler {
  public:
    // `hosts`: the names that the admin listener answers to beside addresses and localhost.
    explicit starting_door(std::vector<std::string> hosts);
    ~starting_door() override;

    // Claims the port for the process: the admin listener joins it later, so that there is no
    // moment in which nobody answers. `address_in_use`: somebody else has it.
    boost::system::error_code open(boost::asio::ip::tcp::endpoint const& where);
    boost::asio::ip::tcp::endpoint endpoint() const { return listener_.endpoint(); }
    // Any thread: what the start waits for now, one line.
    void waits_for(std::string what);

    void handle(server::exchange& on) override;

  private:
    std::vector<std::string> hosts_;
    std::mutex lock_;
    std::string what_ = "the gateway is starting";
    boost::asio::io_context io_{1};
    server::listener listener_;
    std::thread thread_;
};

} // namespace sluice::gateway::serve
