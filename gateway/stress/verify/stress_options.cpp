#include "gateway/stress/verify/stress_options.hpp"

#include "gateway/stress/report/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway::stress {

std::string problem_of(stress_options const& options) {
    auto const& plan = options.load.plan;
    auto const expected = expected_by(plan, duration_of(plan));
    // A Poisson plan may have a few more than expected.
    if (expected * 1.02 + 1000 > static_cast<double>(ledger::most_records)) {
        return fmt::format("stress: the run has about {:.0f} requests, and what became of each can "
                           "be kept for {} only: lower --rate or --duration",
                           expected, ledger::most_records);
    }
    bool const is_started = options.gateway_url.empty();
    if (!is_started && options.gateway.kill_every.count() > 0)
        return "stress: --kill-every kills only a gateway that the run has started itself";
    if (is_started && options.sink_record.empty() != options.sink_url.empty())
        return "stress: --sink and --sink-record go together: where to deliver, and what it got";
    if (!is_started && !options.sink_url.empty())
        return "stress: --sink is for a gateway that the run starts; the given one has its own";
    return {};
}

std::vector<objective> all_objectives(stress_options const& options) {
    auto all = options.load.objectives;
    for (auto const* text : {"lost=0", "reordered=0", "early=0", "duplicated=0"}) {
        auto promised = parse_objective(text).value();
        bool const is_killed = options.gateway.kill_every.count() > 0;
        // What was in flight when the gateway died is sent again: that is allowed.
        if (promised.metric == "duplicated" && is_killed) continue;
        bool const is_asked = std::ranges::any_of(
            all, [&](auto const& one) { return one.metric == promised.metric; });
        if (!is_asked) all.push_back(std::move(promised));
    }
    return all;
}

} // namespace sluice::gateway::stress
