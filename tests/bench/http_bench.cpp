// The inbound server alone: one thread, a handler that answers 202 with 200 bytes. Serves until
// SIGINT or SIGTERM, then prints the requests it answered and what each cost in CPU time.
//     http_bench [PORT] [later]        "later": every answer is given in a turn of its own
//     wrk -t1 -c64 -d10 -s tests/bench/post.lua http://127.0.0.1:PORT/
#include "gateway/server/listener.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <sys/resource.h>

namespace {

namespace asio = boost::asio;
namespace server = sluice::gateway::server;

class accepting_handler final : public server::handler {
  public:
    accepting_handler(asio::io_context& io, bool answers_later)
        : io_(io)
        , answers_later_(answers_later) {}

    void handle(server::exchange& x) override {
        if (!answers_later_) return answer(x);
        asio::post(io_, [this, &x] { answer(x); });
    }

  private:
    void answer(server::exchange& x) { x.reply(202, "application/json", body_); }

    asio::io_context& io_;
    bool answers_later_;
    std::string body_ = std::string(200, 'x');
};

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    auto const seconds = [](timeval const& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

} // namespace

int main(int argc, char** argv) {
    asio::io_context io(1);
    accepting_handler handler(io, argc > 2 && std::string_view(argv[2]) == "later");
    server::listener listener(io, server::server_options{}, handler);
    auto const port = static_cast<unsigned short>(argc > 1 ? std::atoi(argv[1]) : 0);
    asio::ip::tcp::endpoint const where(asio::ip::address_v4::loopback(), port);
    if (auto const ec = listener.open(where, server::port_claim::first)) {
        std::fprintf(stderr, "cannot listen: %s\n", ec.message().c_str());
        return 69;
    }
    std::printf("port %u\n", static_cast<unsigned>(listener.endpoint().port()));
    std::fflush(stdout);
    asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](boost::system::error_code const&, int) { listener.kill(); });
    auto const before = cpu_seconds();
    io.run();
    auto const used = cpu_seconds() - before;
    auto const requests = listener.counters().requests.get();
    std::printf("requests %llu, CPU us per request %.2f\n",
                static_cast<unsigned long long>(requests),
                requests ? used * 1e6 / static_cast<double>(requests) : 0.0);
    return 0;
}
