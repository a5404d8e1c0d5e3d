// What an outbound exchange costs: keeps N exchanges under way against one destination for some
// seconds and prints this process's CPU time per exchange.
//
//   client_bench URL [CONNECTIONS [SECONDS [BODY_BYTES]]]
//
// The destination has to be cheaper than the client: nginx with `return 200` on another core.
#include "gateway/client/endpoint.hpp"
#include "gateway/client/http_client.hpp"
#include "gateway/client/resolver.hpp"
#include "gateway/client/tls_context.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/resource.h>
#include <vector>

namespace {

using namespace sluice::gateway;
using clock_type = std::chrono::steady_clock;

double seconds(timeval const& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

struct cpu_time {
    double user = 0;
    double system = 0;
};

cpu_time used() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return {seconds(usage.ru_utime), seconds(usage.ru_stime)};
}

// Starts each request again as soon as it has ended, until the time is over.
class repeater final : public client::completion {
  public:
    explicit repeater(client::http_client& http)
        : http_(http) {}

    void on_answer(client::outbound_request& done,
                   client::inbound_response const& answer) override {
        answer.status == 200 ? ++answered : ++failed;
        if (is_running) http_.start(done);
    }
    void on_failure(client::outbound_request& done, client::failure const& why) override {
        if (failed++ == 0) fmt::print(stderr, "{}\n", why.detail);
        if (is_running) http_.start(done);
    }

    std::size_t answered = 0;
    std::size_t failed = 0;
    bool is_running = true;

  private:
    client::http_client& http_;
};

std::size_t argument(int argc, char** argv, int place, std::size_t otherwise) {
    return argc > place ? std::strtoul(argv[place], nullptr, 10) : otherwise;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "client_bench URL [CONNECTIONS [SECONDS [BODY_BYTES]]]\n");
        return 64;
    }
    auto const connections = argument(argc, argv, 2, 64);
    std::chrono::seconds const duration(argument(argc, argv, 3, 5));
    std::string const body(argument(argc, argv, 4, 300), 'x');
    config::upstream connection;
    connection.allow_http = true;
    connection.allow_networks = {config::network::parse("127.0.0.0/8").value()};
    client::tls_contexts tls;
    auto const where = client::make_endpoint({"bench", argv[1], connection, connections}, tls);

    boost::asio::io_context io(1);
    client::resolver names;
    client::http_client http(io, names);
    auto const to = http.open(where.value());
    repeater owner(http);
    std::vector<client::outbound_request> requests(connections);
    for (auto& request : requests) {
        request.to = to.get();
        request.owner = &owner;
        request.header_lines = "Content-Type: application/json\r\n";
        request.body = body;
        http.start(request);
    }
    io.run_for(std::chrono::seconds(1)); // connections are open, memory is warm
    auto const before = used();
    auto const answered_before = owner.answered;
    auto const begin = clock_type::now();
    io.run_for(duration);
    std::chrono::duration<double> const elapsed = clock_type::now() - begin;
    auto const after = used();
    owner.is_running = false;

    auto const count = static_cast<double>(owner.answered - answered_before);
    auto const user = (after.user - before.user) * 1e6 / count;
    auto const system = (after.system - before.system) * 1e6 / count;
    fmt::print("{:.0f} exchanges/s, {:.2f} us CPU each ({:.2f} user, {:.2f} system), {} failed\n",
               count / elapsed.count(), user + system, user, system, owner.failed);
    http.stop();
    return owner.failed == 0 ? 0 : 1;
}
