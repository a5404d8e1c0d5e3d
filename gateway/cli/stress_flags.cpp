#include "gateway/cli/stress_flags.hpp"

#include "gateway/telemetry/exit_code.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace sluice::gateway::cli {

int tell_wrong_use(char const* what) {
    std::cerr << "sluice: " << what << '\n';
    return exit_usage;
}

void run_flags::add_to(CLI::App& command) {
    command.add_option("--rate", rate, "Requests a second, default 1000");
    auto* const ramped = command.add_option("--ramp", ramp, "FROM:TO, evenly over the duration");
    command.add_option("--steps", steps, "Rates by commas, each for its share of the duration")
        ->excludes(ramped);
    command.add_option("--duration", duration, "Default 10s; up to 24h");
    command.add_option("--arrivals", arrivals, "even | poisson")
        ->check(CLI::IsMember({"even", "poisson"}));
    command.add_option("--connections", connections, "At most so many at a time, default 64")
        ->check(CLI::Range(std::size_t{1}, stress::most_connections));
    command
        .add_option("--slo", objectives,
                    "To be met, else exit 1: p99<50ms, errors=0, accepted>20000/s; repeatable")
        ->allow_extra_args(false);
    command.add_option("--json", files.json, "Write the result to this file; -: stdout");
    command.add_option("--percentiles", files.percentiles, "Write an HDR percentile file");
    command.add_option("--html", files.html, "Write one page with plots");
    command.add_option("--seed", seed, "Of everything random");
    command.add_flag("--quiet", is_quiet, "No progress");
}

void run_flags::read(stress::load_options& out) const {
    auto const length = take_time<std::chrono::nanoseconds>("--duration", duration);
    if (length.count() == 0) throw std::invalid_argument("--duration: expected above 0");
    out.plan = stress::constant_rate(take("--rate", stress::parse_arrival_rate(rate)), length);
    if (!ramp.empty()) out.plan = take("--ramp", stress::parse_ramp(ramp, length));
    if (!steps.empty()) out.plan = take("--steps", stress::parse_steps(steps, length));
    out.kind = arrivals == "poisson" ? stress::arrivals::poisson : stress::arrivals::even;
    for (auto const& text : objectives)
        out.objectives.push_back(take("--slo", stress::parse_objective(text)));
    out.connections = connections;
    out.files = files;
    out.seed = seed;
    out.is_quiet = is_quiet;
}

} // namespace sluice::gateway::cli
