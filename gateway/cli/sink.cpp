#include "gateway/app.hpp"
#include "gateway/cli/commands.hpp"
#include "gateway/stress/sink_main.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

namespace sluice::gateway::cli {

namespace {

// The flags in their notation; they are parsed together, when all are there.
struct sink_flags {
    std::string listen = "127.0.0.1:9000";
    std::string status = "200";
    std::string latency = "0ms";
    std::string fail_rate = "0", hang_rate = "0", reset_rate = "0";
    std::string fail_for = "0", retry_after, body, record, duration = "0";
    unsigned threads = 1;
    std::uint64_t seed = 1;
    bool is_quiet = false;
};

// Throws std::invalid_argument with a sentence that names the flag.
template <class T>
T take(char const* flag, stress::parsed<T> value) {
    if (value) return std::move(*value);
    throw std::invalid_argument(std::string(flag) + ": " + value.error().message);
}

template <class Duration>
Duration take_time(char const* flag, std::string const& text) {
    return std::chrono::duration_cast<Duration>(take(flag, stress::parse_time(text)));
}

stress::sink_options options_of(sink_flags const& flags) {
    stress::sink_options out;
    out.listen = take("--listen", stress::parse_listen(flags.listen));
    auto& how = out.behaviour;
    how.statuses = take("--status", stress::parse_statuses(flags.status));
    how.latency = take("--latency", stress::parse_latency(flags.latency));
    how.fail_rate = take("--fail-rate", stress::parse_rate(flags.fail_rate));
    how.hang_rate = take("--hang-rate", stress::parse_rate(flags.hang_rate));
    how.reset_rate = take("--reset-rate", stress::parse_rate(flags.reset_rate));
    how.fail_for = take_time<std::chrono::milliseconds>("--fail-for", flags.fail_for);
    if (!flags.retry_after.empty()) {
        how.retry_after = take_time<std::chrono::seconds>("--retry-after", flags.retry_after);
    }
    if (!flags.body.empty()) how.body = take("--body", stress::parse_body(flags.body));
    out.record = flags.record;
    out.is_quiet = flags.is_quiet;
    out.threads = flags.threads;
    out.duration = take_time<std::chrono::milliseconds>("--duration", flags.duration);
    out.seed = flags.seed;
    return out;
}

int run_sink(sink_flags const& flags) {
    stress::sink_options options;
    try {
        options = options_of(flags);
    } catch (std::invalid_argument const& e) {
        std::cerr << "sluice: " << e.what() << '\n';
        return exit_usage;
    }
    return stress::sink_main(options);
}

} // namespace

command add_sink(CLI::App& program) {
    auto const flags = std::make_shared<sink_flags>();
    auto* const sink = program.add_subcommand("sink", "Run a programmable destination");
    sink->add_option("--listen", flags->listen, "ADDR:PORT; port 0: any");
    sink->add_option("--status", flags->status, "200, or by weight 200:90,503:10");
    sink->add_option("--latency", flags->latency,
                     "5ms | 10ms,20ms | normal:20ms,5ms | lognormal:20ms,80ms");
    sink->add_option("--fail-rate", flags->fail_rate, "Share answered 500: 0.1 or 10%");
    sink->add_option("--fail-for", flags->fail_for, "Answer 503 for this long from the start");
    sink->add_option("--retry-after", flags->retry_after, "Seconds, with every 429 and 503");
    sink->add_option("--hang-rate", flags->hang_rate, "Share that is never answered");
    sink->add_option("--reset-rate", flags->reset_rate, "Share whose connection is reset");
    sink->add_option("--body", flags->body, "Answer with this text, or @FILE");
    sink->add_option("--record", flags->record, "Append every request to this file (NDJSON)");
    sink->add_option("--threads", flags->threads, "Threads")->check(CLI::Range(1, 64));
    sink->add_option("--duration", flags->duration, "End by itself after this time");
    sink->add_option("--seed", flags->seed, "Of everything random");
    sink->add_flag("--quiet", flags->is_quiet, "No totals at the end");
    return [flags] { return run_sink(*flags); };
}

} // namespace sluice::gateway::cli
