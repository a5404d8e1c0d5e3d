#include "gateway/cli/commands.hpp"
#include "gateway/cli/stress_flags.hpp"
#include "gateway/stress/load/request_parts.hpp"
#include "gateway/stress/verify/stress_run.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace sluice::gateway::cli {

namespace {

// The flags in their notation; they are parsed together, when all are there.
struct stress_command_flags {
    run_flags run;
    std::string gateway_url, sink_url, sink_record, sink_listen = "127.0.0.1:0";
    std::string kill_every = "0", delay = "0", drain_timeout = "60s", settle = "500ms", wrong;
    std::string status = "200", latency = "0ms", fail_rate = "0", fail_for = "0";
    std::string durability = "fsync";
    std::vector<std::string> headers;
    unsigned threads = 1;
    std::size_t concurrency = 128, body_bytes = 300;
    std::uint32_t keys = 0;
};

void read_sink(stress_command_flags const& flags, stress::stress_options& out) {
    out.sink_listen = take("--sink-listen", stress::parse_listen(flags.sink_listen));
    out.sink_url = flags.sink_url;
    out.sink_record = flags.sink_record;
    out.sink.statuses = take("--sink-status", stress::parse_statuses(flags.status));
    out.sink.latency = take("--sink-latency", stress::parse_latency(flags.latency));
    out.sink.fail_rate = take("--sink-fail-rate", stress::parse_rate(flags.fail_rate));
    out.sink.fail_for = take_time<std::chrono::milliseconds>("--sink-fail-for", flags.fail_for);
}

stress::stress_options options_of(stress_command_flags const& flags) {
    using std::chrono::milliseconds;
    stress::stress_options out;
    flags.run.read(out.load);
    for (auto const& line : flags.headers)
        out.load.request.headers.push_back(take("--header", stress::parse_header(line)));
    read_sink(flags, out);
    out.gateway_url = flags.gateway_url;
    std::error_code ec;
    out.gateway.program = std::filesystem::read_symlink("/proc/self/exe", ec).string();
    out.gateway.durability = flags.durability;
    out.gateway.threads = flags.threads;
    out.gateway.concurrency = flags.concurrency;
    out.gateway.kill_every = take_time<milliseconds>("--kill-every", flags.kill_every);
    out.keys = flags.keys;
    out.delay = take_time<milliseconds>("--delay", flags.delay);
    out.body_bytes = flags.body_bytes;
    out.drain_timeout = take_time<milliseconds>("--drain-timeout", flags.drain_timeout);
    out.settle = take_time<milliseconds>("--settle", flags.settle);
    if (!flags.wrong.empty()) out.wrong = take("--sabotage", stress::parse_sabotage(flags.wrong));
    return out;
}

int run_stress(stress_command_flags const& flags) {
    return run_with_flags([&flags] { return options_of(flags); }, stress::stress_main);
}

void add_sink_flags(CLI::App& command, stress_command_flags& flags) {
    command.add_option("--sink-listen", flags.sink_listen, "ADDR:PORT of the run's own sink");
    command.add_option("--sink-status", flags.status, "As --status of sluice sink");
    command.add_option("--sink-latency", flags.latency, "As --latency of sluice sink");
    command.add_option("--sink-fail-rate", flags.fail_rate, "As --fail-rate of sluice sink");
    command.add_option("--sink-fail-for", flags.fail_for, "As --fail-for of sluice sink");
    command.add_option("--sink", flags.sink_url, "Deliver to this sink instead of an own one");
    command.add_option("--sink-record", flags.sink_record,
                       "The --record file of a sink that runs already");
}

} // namespace

command add_stress(CLI::App& program) {
    auto const flags = std::make_shared<stress_command_flags>();
    auto* const stress = program.add_subcommand(
        "stress", "Load a gateway, wait for the drain, and verify every delivery");
    flags->run.add_to(*stress);
    stress->add_option("--gateway", flags->gateway_url,
                       "Post to this URL of a gateway that runs already; default: start one");
    stress->add_option("-H,--header", flags->headers, "NAME: VALUE of every request")
        ->allow_extra_args(false);
    stress->add_option("--kill-every", flags->kill_every,
                       "Kill and restart the gateway this often");
    stress->add_option("--keys", flags->keys, "Use so many order keys, and check the order")
        ->check(CLI::Range(0, 1'000'000));
    stress->add_option("--delay", flags->delay, "Ask for delivery after up to so much");
    stress->add_option("--size", flags->body_bytes, "Bytes of a body, default 300")
        ->check(CLI::Range(std::size_t{1}, std::size_t{256} * 1024));
    stress->add_option("--durability", flags->durability, "fsync | interval:50ms | memory");
    stress->add_option("--threads", flags->threads, "Of the gateway")->check(CLI::Range(1, 256));
    stress->add_option("--concurrency", flags->concurrency, "Deliveries at a time, default 128")
        ->check(CLI::Range(1, 20'000));
    add_sink_flags(*stress, *flags);
    stress->add_option("--drain-timeout", flags->drain_timeout,
                       "Give up after so long without an arrival, default 60s");
    stress->add_option("--settle", flags->settle, "Look for duplicates so long, default 500ms");
    stress->add_option("--sabotage", flags->wrong,
                       "lose | duplicate | reorder: the sink does so, and the run must find it");
    return [flags] { return run_stress(*flags); };
}

} // namespace sluice::gateway::cli
