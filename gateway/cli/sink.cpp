#include "gateway/stress/sink/sink.hpp"

#include "gateway/cli/commands.hpp"
#include "gateway/cli/stress_flags.hpp"

#include <CLI/CLI.hpp>

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
    std::string fail_rate = "0", hang_rate = "0", half_close_rate = "0", reset_rate = "0";
    std::string slow_body = "0", answer_size = "0", tls, certificate;
    std::string fail_for = "0", retry_after, body, record, duration = "0";
    unsigned threads = 1;
    std::uint64_t seed = 1;
    bool is_quiet = false;
};

stress::sink_options options_of(sink_flags const& flags) {
    stress::sink_options out;
    out.listen = take("--listen", stress::parse_listen(flags.listen));
    auto& how = out.behaviour;
    how.statuses = take("--status", stress::parse_statuses(flags.status));
    how.latency = take("--latency", stress::parse_latency(flags.latency));
    how.fail_rate = take("--fail-rate", stress::parse_rate(flags.fail_rate));
    how.hang_rate = take("--hang-rate", stress::parse_rate(flags.hang_rate));
    how.half_close_rate = take("--half-close-rate", stress::parse_rate(flags.half_close_rate));
    how.slow_body = take_time<std::chrono::milliseconds>("--slow-body", flags.slow_body);
    how.answer_bytes = take("--answer-size", stress::parse_bytes(flags.answer_size));
    how.reset_rate = take("--reset-rate", stress::parse_rate(flags.reset_rate));
    how.fail_for = take_time<std::chrono::milliseconds>("--fail-for", flags.fail_for);
    if (!flags.retry_after.empty()) {
        how.retry_after = take_time<std::chrono::seconds>("--retry-after", flags.retry_after);
    }
    if (!flags.body.empty()) how.body = take("--body", stress::parse_body(flags.body));
    out.record = flags.record;
    out.tls_name = flags.tls;
    out.certificate_file = flags.certificate;
    if (!flags.certificate.empty() && flags.tls.empty())
        throw std::invalid_argument("--certificate: needs --tls, the name it is for");
    out.is_quiet = flags.is_quiet;
    out.threads = flags.threads;
    out.duration = take_time<std::chrono::milliseconds>("--duration", flags.duration);
    out.seed = flags.seed;
    return out;
}

int run_sink(sink_flags const& flags) {
    return run_with_flags([&flags] { return options_of(flags); }, stress::sink_main);
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
    sink->add_option("--half-close-rate", flags->half_close_rate,
                     "Share that gets the end of the connection instead of an answer");
    sink->add_option("--slow-body", flags->slow_body, "Time over which a body trickles");
    sink->add_option("--answer-size", flags->answer_size, "Fill bodies up to this: 10MiB");
    sink->add_option("--tls", flags->tls,
                     "HTTPS, self-signed for this name (a wrong one is for tests)");
    sink->add_option("--certificate", flags->certificate,
                     "Write that certificate to this file, for clients to trust");
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
