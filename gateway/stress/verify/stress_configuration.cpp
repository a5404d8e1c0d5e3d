#include "gateway/stress/verify/stress_configuration.hpp"

#include <fmt/format.h>

namespace sluice::gateway::stress {

namespace {

constexpr std::string_view text = R"(# Written by sluice stress.
listen = "127.0.0.1:{port}"
admin = "127.0.0.1:{admin}"
data = "{data}"
durability = "{durability}"
threads = {threads}

[limits]
connections = 20000
drain_timeout = "5s"

[[account]]
id = "stress"
secrets = ["{secret}"]
allow_from = ["127.0.0.0/8"]
allow_http = true

[[destination]]
name = "{destination}"
url = "{sink}"
allow_http = true
allow_networks = ["127.0.0.0/8"]
concurrency = {concurrency}
timeout = "10s"
retry = {{ min_backoff = "50ms", max_backoff = "1s", multiplier = 2.0, max_attempts = 10000 }}

[[route]]
path = "{route}"
account = "stress"
destinations = ["{destination}"]
)";

} // namespace

std::string gateway_configuration(own_gateway const& options, gateway_place const& place) {
    using fmt::arg;
    return fmt::format(text, arg("port", place.port), arg("admin", place.admin_port),
                       arg("data", place.data), arg("durability", options.durability),
                       arg("threads", options.threads), arg("secret", place.secret),
                       arg("destination", stress_destination), arg("sink", place.sink_url),
                       arg("concurrency", options.concurrency), arg("route", stress_route));
}

} // namespace sluice::gateway::stress
