#include "tests/gateway/server/running_server.hpp"

#include "tests/support/wait_until.hpp"

#include <stdexcept>

namespace sluice::tests {

namespace asio = boost::asio;
using gateway::server::listener;

running_server::running_server(gateway::server::handler& requests,
                               gateway::server::server_options const& options,
                               gateway::server::tls_identity const* tls)
    : work_(io_.get_executor())
    , listener_(io_, options, requests, tls) {
    asio::ip::tcp::endpoint const any(asio::ip::address_v4::loopback(), 0);
    if (auto const ec = listener_.open(any, gateway::server::port_claim::first)) {
        throw std::runtime_error("cannot listen: " + ec.message());
    }
    port_ = listener_.endpoint().port();
    thread_ = std::thread([this] { io_.run(); });
}

running_server::~running_server() {
    asio::post(io_, [this] {
        listener_.kill();
        work_.reset();
    });
    thread_.join();
}

void running_server::on_thread(std::function<void(listener&)> const& action) {
    std::promise<void> done;
    asio::post(io_, [&] {
        action(listener_);
        done.set_value();
    });
    done.get_future().wait();
}

bool running_server::wait_for(std::function<bool(listener&)> const& condition) {
    return wait_until([&] {
        bool holds = false;
        on_thread([&](listener& inbound) { holds = condition(inbound); });
        return holds;
    });
}

gateway::server::server_options small_limits() {
    gateway::server::server_options options;
    options.header_limit = 4096;
    options.uri_limit = 1024;
    options.body_limit = 1024;
    options.max_headers = 20;
    options.linger_timeout = std::chrono::milliseconds(200);
    return options;
}

} // namespace sluice::tests
