#include "gateway/stress/verify/stress_run.hpp"

#include "gateway/stress/load/load_run.hpp"
#include "gateway/stress/load/run_output.hpp"
#include "gateway/stress/report/report_text.hpp"
#include "gateway/stress/verify/stress_configuration.hpp"
#include "gateway/stress/verify/stress_source.hpp"
#include "gateway/stress/verify/stress_stage.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include <csignal>
#include <utility>

namespace sluice::gateway::stress {

namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_period{20};

using show_function = std::function<void(std::string const&)>;

// Waits until everything accepted has arrived and then nothing arrives any more, or until that is
// given up.
class drain {
  public:
    drain(stress_stage& stage, stress_options const& options, show_function const& show)
        : stage_(stage)
        , options_(options)
        , show_(show)
        , timer_(io_)
        , signals_(io_, SIGINT, SIGTERM) {}

    // False: interrupted.
    bool wait() {
        changed_ = steady_clock::now();
        arrivals_ = stage_.book().arrivals();
        signals_.async_wait([this](boost::system::error_code ec, int) {
            if (ec) return;
            is_interrupted_ = true;
            timer_.cancel();
        });
        look();
        io_.run();
        return !is_interrupted_;
    }

    // When the last arrival was seen.
    steady_clock::time_point last_arrival() const { return changed_; }

  private:
    void look() {
        auto const now = steady_clock::now();
        auto const arrivals = stage_.book().arrivals();
        auto const left = stage_.book().outstanding();
        if (arrivals != arrivals_) changed_ = now;
        arrivals_ = arrivals;
        auto const quiet = now - changed_;
        if (left > 0 && quiet > options_.settle) stage_.finish_feed();
        // A delayed task may have nothing arrive before its time.
        auto const limit = options_.drain_timeout + options_.delay;
        bool const is_over = left == 0 ? quiet > options_.settle : quiet > limit;
        if (is_over || is_interrupted_) {
            signals_.cancel();
            return;
        }
        if (left > 0) show_(fmt::format("draining: {} in queue", left));
        timer_.expires_after(look_period);
        timer_.async_wait([this](boost::system::error_code) { look(); });
    }

    stress_stage& stage_;
    stress_options const& options_;
    show_function const& show_;
    asio::io_context io_{1};
    asio::steady_timer timer_;
    asio::signal_set signals_;
    steady_clock::time_point changed_;
    std::uint64_t arrivals_ = 0;
    bool is_interrupted_ = false;
};

std::chrono::milliseconds unix_now() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
}

stress_source_options source_options(stress_options const& options, stress_stage const& stage) {
    stress_source_options out;
    out.run = stage.run();
    out.keys = options.keys;
    out.delay = options.delay;
    out.body_bytes = options.body_bytes;
    out.is_by_tasks = options.is_by_tasks();
    out.destination = stress_destination;
    out.seed = options.load.seed;
    return out;
}

request_options request_of(stress_options const& options, stress_stage const& stage) {
    auto request = options.load.request;
    request.url = stage.target();
    request.body = "{}"; // its type; each message brings its own bytes
    bool const is_own = options.gateway_url.empty();
    if (is_own && options.is_by_tasks())
        request.headers.emplace_back("Authorization", "Bearer " + stage.secret());
    return request;
}

run_result load(stress_options const& options, stress_stage& stage,
                std::shared_ptr<client::endpoint const> to, show_function const& show) {
    stress_source source(source_options(options, stage), stage.book(), unix_now);
    generator_options how;
    how.plan = options.load.plan;
    how.kind = options.load.kind;
    how.seed = options.load.seed;
    how.connections = options.load.connections;
    how.grace = options.load.grace;
    auto const planned_s = static_cast<double>(duration_of(how.plan).count()) / 1e9;
    run_hooks hooks;
    hooks.on_second = [&](progress const& now) { show(to_line(now, planned_s)); };
    hooks.in_queue = [&] { return static_cast<double>(stage.book().outstanding()); };
    hooks.on_begin = [&](steady_clock::time_point at) { stage.begin(at); };
    auto result = run_generator(std::move(to), std::move(how), source, hooks);
    result.command = "stress";
    result.target = stage.target();
    return result;
}

} // namespace

boost::system::result<run_result, run_problem> run_stress(stress_options const& options,
                                                          show_function const& show) {
    if (auto problem = problem_of(options); !problem.empty())
        return run_problem{exit_usage, std::move(problem)};
    stress_stage stage(options);
    if (auto problem = stage.open(); !problem.empty())
        return run_problem{exit_cannot_reach, std::move(problem)};
    auto const to =
        make_target(request_of(options, stage), options.load.connections, options.load.timeout);
    if (!to) return run_problem{exit_usage, to.error().message};
    auto result = load(options, stage, *to, show);
    bool const is_up = stage.stop_killing();
    auto const load_ended = steady_clock::now();
    drain waiting(stage, options, show);
    bool const is_whole = !is_up || waiting.wait(); // nobody delivers what a dead gateway holds
    std::chrono::duration<double> const drained = waiting.last_arrival() - load_ended;
    result.drain_s = is_up ? std::max(0.0, drained.count()) : 0;
    result.is_interrupted = result.is_interrupted || !is_whole;
    result.kills = stage.kills();
    result.deliveries = stage.book().check();
    if (!is_up || stage.unexpected_end()) {
        auto const code = stage.unexpected_end().value_or(0);
        result.judgements.push_back({"the gateway stays up", false, fmt::format("ended {}", code)});
        result.remarks.push_back("The end of the gateway's log: " + stage.log_tail());
    }
    stage.close();
    return result;
}

int stress_main(stress_options const& options) {
    if (!can_write_reports(options.load.files)) return exit_cannot_write;
    std::optional<run_result> result;
    {
        progress_line line(options.load.is_quiet);
        auto run = run_stress(options, [&](std::string const& text) { line.show(text); });
        if (!run) {
            fmt::print(stderr, "sluice: {}\n", run.error().message);
            return run.error().exit_code;
        }
        result = std::move(*run);
    }
    for (auto& one : judge(all_objectives(options), values_of(*result)))
        result->judgements.push_back(std::move(one));
    if (!write_reports(*result, options.load.files)) return exit_cannot_write;
    if (result->accepted == 0) return exit_cannot_reach;
    bool const is_honest = result->deliveries->refused_delivered == 0;
    return all_met(result->judgements) && is_honest ? exit_ok : exit_missed;
}

} // namespace sluice::gateway::stress
