#include "gateway/serve/starting_door.hpp"

#include "gateway/admin/door.hpp"
#include "gateway/call/refusal.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace sluice::gateway::serve {

namespace {

server::server_options few_connections() {
    server::server_options options;
    options.max_connections = 64;
    options.pipeline_limit = 1;
    return options;
}

} // namespace

starting_door::starting_door(std::vector<std::string> hosts)
    : hosts_(std::move(hosts))
    , listener_(io_, few_connections(), *this) {}

starting_door::~starting_door() {
    if (!thread_.joinable()) return;
    boost::asio::post(io_, [this] { listener_.kill(); });
    // Whoever was answered has its answer: every call is answered at once.
    thread_.join();
}

boost::system::error_code starting_door::open(boost::asio::ip::tcp::endpoint const& where) {
    if (auto const ec = listener_.open(where, server::port_claim::first)) return ec;
    thread_ = std::thread([this] { io_.run(); });
    return {};
}

void starting_door::waits_for(std::string what) {
    std::lock_guard const held(lock_);
    what_ = std::move(what);
}

void starting_door::handle(server::exchange& on) {
    if (!admin::admit_host(on, hosts_)) return;
    telemetry::health_inputs inputs;
    {
        std::lock_guard const held(lock_);
        inputs.start_waits_for = what_;
    }
    auto const path = on.req.path;
    if (path == "/livez" || path == "/healthz")
        return admin::reply_health(on, telemetry::liveness(inputs));
    if (path == "/readyz") return admin::reply_health(on, telemetry::readiness(inputs));
    call::refuse(
        on, call::error_format(on.req),
        {.status = 503, .detail = "The gateway is not ready yet: " + inputs.start_waits_for + "."});
}

} // namespace sluice::gateway::serve
