#include "gateway/stress/sink/sink.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

namespace sluice::gateway::stress {

namespace {

namespace asio = boost::asio;

// Ends the sink at Ctrl-C, SIGTERM or the end of its duration, whichever comes first.
class stopper {
  public:
    stopper(asio::io_context& io, sink& target, std::chrono::milliseconds duration)
        : target_(target)
        , signals_(io, SIGINT, SIGTERM)
        , timer_(io) {
        signals_.async_wait([this](boost::system::error_code ec, int) { end(ec); });
        if (duration.count() == 0) return;
        timer_.expires_after(duration);
        timer_.async_wait([this](boost::system::error_code ec) { end(ec); });
    }

  private:
    void end(boost::system::error_code ec) {
        if (ec) return; // the other one was first
        timer_.cancel();
        signals_.cancel();
        target_.stop();
    }

    sink& target_;
    asio::signal_set signals_;
    asio::steady_timer timer_;
};

// False, and said why, when a thread's listener cannot be had.
bool listen_on_all(sink& target, std::vector<std::unique_ptr<asio::io_context>> const& contexts,
                   sink_options const& options) {
    for (auto const& io : contexts) {
        auto const listening = target.listen(*io);
        if (listening) continue;
        auto const reason = listening.error().message();
        if (!target.is_recording()) {
            fmt::print(stderr, "sluice sink: cannot open {}: {}\n", options.record, reason);
        } else {
            fmt::print(stderr, "sluice sink: cannot listen on {}:{}: {}\n", options.listen.address,
                       options.listen.port, reason);
        }
        return false;
    }
    return true;
}

} // namespace

int sink_main(sink_options const& options) {
    std::vector<std::unique_ptr<asio::io_context>> contexts;
    for (unsigned i = 0; i < std::max(1u, options.threads); ++i)
        contexts.push_back(std::make_unique<asio::io_context>(1));
    sink target(options);
    if (!listen_on_all(target, contexts, options))
        return target.is_recording() ? exit_cannot_bind : exit_cannot_write;
    std::fputs(fmt::format("sink listening on {}\n", target.url()).c_str(), stdout);
    std::fflush(stdout);
    {
        stopper const ends(*contexts.front(), target, options.duration);
        std::vector<std::jthread> threads;
        for (std::size_t i = 1; i < contexts.size(); ++i)
            threads.emplace_back([&io = *contexts[i]] { io.run(); });
        contexts.front()->run();
    }
    if (!options.is_quiet) std::fputs(to_text(target.totals()).c_str(), stdout);
    if (auto const ec = target.record_error()) {
        fmt::print(stderr, "sluice sink: {}: {}\n", options.record, ec.message());
        return exit_cannot_write;
    }
    return exit_ok;
}

} // namespace sluice::gateway::stress
