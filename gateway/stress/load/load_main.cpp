#include "gateway/stress/load/load_run.hpp"
#include "gateway/stress/load/rate_search.hpp"
#include "gateway/stress/load/run_output.hpp"
#include "gateway/stress/report/report_text.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

namespace sluice::gateway::stress {

namespace {

using endpoint_pointer = std::shared_ptr<client::endpoint const>;

run_result run_once(load_options const& options, rate_plan const& plan,
                    endpoint_pointer const& to) {
    auto const planned_s = static_cast<double>(duration_of(plan).count()) / 1e9;
    progress_line line(options.is_quiet);
    run_hooks hooks;
    hooks.on_second = [&](progress const& now) { line.show(to_line(now, planned_s)); };
    auto result = run_load(options, plan, to, hooks);
    result.judgements = judge(options.objectives, values_of(result));
    return result;
}

std::string trial_line(double rate, run_result const& result, bool is_met) {
    auto line =
        fmt::format("{:>10.0f}/s  {}  p99 {:.2f} ms, errors {}", rate, is_met ? "met   " : "missed",
                    to_ms(result.latency.percentile(99)), result.errors);
    for (auto const& one : result.judgements) {
        if (!one.is_met) line += fmt::format("; {}: {}", one.objective, one.measured);
    }
    if (is_generator_at_its_limit(result)) {
        line += "; the generator itself was at its limit";
    } else if (!kept_its_rate(result)) {
        line += "; the rate was not reached";
    }
    return line;
}

std::string conclusion(rate_search const& search, bool ended_by_generator) {
    if (!search.highest_met()) {
        return fmt::format("No rate met the objectives; the lowest tried was {:.0f}/s.",
                           search.lowest_missed().value_or(0));
    }
    auto const why = ended_by_generator ? " That is the generator's limit, not the target's." : "";
    return fmt::format("The highest rate that met the objectives: {:.0f}/s.{}",
                       *search.highest_met(), why);
}

int find_max(load_options const& options, endpoint_pointer const& to) {
    rate_search search(*options.find_max_from);
    std::optional<run_result> best;
    bool ended_by_generator = false;
    bool is_interrupted = false;
    while (auto const rate = search.next()) {
        auto result = run_once(options, constant_rate(*rate, duration_of(options.plan)), to);
        is_interrupted = result.is_interrupted;
        if (is_interrupted) break;
        bool const is_met = all_met(result.judgements) && kept_its_rate(result);
        if (!options.is_quiet) fmt::print(stderr, "{}\n", trial_line(*rate, result, is_met));
        search.report(is_met);
        if (!is_met) ended_by_generator = is_generator_at_its_limit(result);
        if (is_met && (!best || result.planned_rate > best->planned_rate)) best = std::move(result);
    }
    auto sentence = conclusion(search, ended_by_generator);
    if (is_interrupted) sentence += " The search was interrupted.";
    if (!best) {
        return write_file("-", sentence + "\n") ? exit_missed : exit_cannot_write;
    }
    best->remarks.push_back(std::move(sentence));
    return write_reports(*best, options.files) ? exit_ok : exit_cannot_write;
}

parsed<std::string> read_file(std::string const& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return option_error{fmt::format("\"{}\": cannot be opened", path)};
    return parsed<std::string>(boost::system::in_place_value, std::istreambuf_iterator<char>(in),
                               std::istreambuf_iterator<char>());
}

// Not one connection came to be. Where some did, what was measured is judged: a target that cuts
// every request off has missed its objectives.
bool was_unreachable(run_result const& result) {
    static constexpr std::string_view without_connection[] = {"resolve", "connect", "tls"};
    bool const has_objectives = !result.judgements.empty();
    return result.answered == 0 && result.timeouts == 0 && result.errors > 0 &&
           (!has_objectives || std::ranges::all_of(result.by_failure, [](auto const& one) {
               return std::ranges::find(without_connection, one.first) !=
                      std::end(without_connection);
           }));
}

int complain(option_error const& error, int code) {
    fmt::print(stderr, "sluice: {}\n", error.message);
    return code;
}

} // namespace

int load_main(load_options const& options) {
    auto const to = make_target(options.request, options.connections, options.timeout);
    if (!to) return complain(to.error(), exit_usage);
    if (!can_write_reports(options.files)) return exit_cannot_write;
    if (options.find_max_from) return find_max(options, *to);
    auto const result = run_once(options, options.plan, *to);
    if (!write_reports(result, options.files)) return exit_cannot_write;
    if (was_unreachable(result)) return exit_cannot_reach;
    return all_met(result.judgements) ? exit_ok : exit_missed;
}

int compare_main(std::string const& a, std::string const& b) {
    auto const first = read_file(a);
    if (!first) return complain(first.error(), exit_cannot_reach);
    auto const second = read_file(b);
    if (!second) return complain(second.error(), exit_cannot_reach);
    auto const text = compare_results(*first, *second, a, b);
    if (!text) return complain(text.error(), exit_cannot_reach);
    return write_file("-", *text) ? exit_ok : exit_cannot_write;
}

} // namespace sluice::gateway::stress
