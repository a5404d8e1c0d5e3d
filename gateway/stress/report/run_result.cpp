#include "gateway/stress/report/run_result.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway::stress {

namespace {

constexpr double kept_share = 0.99;
constexpr double busy_limit = 0.9;
// Lateness of its own that is too small to have cost a rate is no limit: a share of the run.
constexpr double lag_limit = 0.05;

void add_times(std::map<std::string, double, std::less<>>& to, std::string const& prefix,
               histogram const& times) {
    to[prefix + "p50"] = to_ms(times.percentile(50));
    to[prefix + "p90"] = to_ms(times.percentile(90));
    to[prefix + "p99"] = to_ms(times.percentile(99));
    to[prefix + "p999"] = to_ms(times.percentile(99.9));
    to[prefix + "max"] = to_ms(times.max());
}

double started_share(run_result const& result) {
    auto const& g = result.generator;
    if (g.planned == 0) return 1;
    return static_cast<double>(g.started_in_time) / static_cast<double>(g.planned);
}

} // namespace

measured_values values_of(run_result const& result) {
    measured_values out;
    auto& to = out.by_metric;
    out.duration_s = result.duration_s;
    out.planned = static_cast<double>(result.generator.planned);
    // Without a single answer there is no latency, and no objective on it is met.
    if (result.latency.count() > 0) add_times(to, "", result.latency);
    if (result.service.count() > 0) add_times(to, "service_", result.service);
    to["rate"] = result.started_rate();
    to["accepted"] = static_cast<double>(result.accepted);
    to["errors"] = static_cast<double>(result.errors);
    to["timeouts"] = static_cast<double>(result.timeouts);
    to["unsent"] = static_cast<double>(result.generator.unsent);
    if (!result.deliveries) return out;
    auto const& found = *result.deliveries;
    to["delivered"] = static_cast<double>(found.delivered);
    to["lost"] = static_cast<double>(found.lost);
    to["duplicated"] = static_cast<double>(found.duplicated);
    to["early"] = static_cast<double>(found.early);
    to["reordered"] = static_cast<double>(found.reordered);
    return out;
}

bool kept_its_rate(run_result const& result) {
    return started_share(result) >= kept_share;
}

bool is_generator_at_its_limit(run_result const& result) {
    if (kept_its_rate(result)) return false;
    auto const& g = result.generator;
    auto const lag_s = to_ms(g.lag.percentile(99)) / 1000;
    return g.busy_share >= busy_limit || lag_s >= lag_limit * result.duration_s;
}

std::string rate_sentence(run_result const& result) {
    auto const& g = result.generator;
    auto const planned =
        result.duration_s > 0 ? static_cast<double>(g.planned) / result.duration_s : 0;
    if (kept_its_rate(result)) {
        return fmt::format("The generator kept its rate: {:.0f}/s of {:.0f}/s; 99 % of its starts "
                           "were at most {:.2f} ms late by its own fault.",
                           result.started_rate(), planned, to_ms(g.lag.percentile(99)));
    }
    auto const missed = 100 * (1 - started_share(result));
    if (is_generator_at_its_limit(result)) {
        return fmt::format(
            "The generator did NOT keep its rate: {:.0f}/s of {:.0f}/s, {:.1f} % too "
            "few. Its own thread was {:.0f} % busy and 1 % of its starts were more "
            "than {:.1f} ms late: this says nothing about the target.",
            result.started_rate(), planned, missed, 100 * g.busy_share,
            to_ms(g.lag.percentile(99)));
    }
    return fmt::format("The rate was not reached: {:.0f}/s of {:.0f}/s, {:.1f} % too few, because "
                       "all {} connections waited for answers ({} starts had to wait; the latency "
                       "counts that). More --connections tell whether these were too few.",
                       result.started_rate(), planned, missed, result.connections, g.waited);
}

} // namespace sluice::gateway::stress
