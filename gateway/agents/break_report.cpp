#include "gateway/agents/break_report.hpp"

#include <algorithm>

namespace sluice::gateway::agents {

namespace {

// The day in which an instant of the window lies.
std::size_t day_at(std::span<day_span const> days, queue::wall_time at) {
    auto const after = std::upper_bound(
        days.begin(), days.end(), at,
        [](queue::wall_time time, day_span const& day) { return time < day.span.start; });
    return static_cast<std::size_t>(after - days.begin()) - 1;
}

void add_to_days(std::vector<day_total>& to, interval const& span, std::span<day_span const> days) {
    for (auto i = day_at(days, span.start); i < days.size(); ++i) {
        auto const& day = days[i];
        bool const is_past = day.span.start >= span.end && day.span.start > span.start;
        if (is_past) return;
        if (to.empty() || to.back().date != day.date) to.push_back({day.date, {}});
        to.back().length +=
            length_of({std::max(span.start, day.span.start), std::min(span.end, day.span.end)});
    }
}

} // namespace

agent_report report_of(std::string cli, std::span<tables::agent_break const> breaks,
                       interval const& window, std::span<day_span const> days,
                       queue::wall_time now) {
    agent_report out;
    out.cli = std::move(cli);
    for (auto const& each : breaks) {
        auto const span = clip(each, window, now);
        if (!span) continue;
        auto const length = length_of(*span);
        out.breaks.push_back({*span, !each.end && now <= window.end, length, each.source});
        out.total += length;
        add_to_days(out.days, *span, days);
    }
    return out;
}

agent_status status_of(tables::agent_state const& agent,
                       std::span<tables::agent_break const> breaks, interval const& today,
                       queue::wall_time now) {
    agent_status out;
    out.cli = agent.cli;
    out.is_on_break = agent.break_since.has_value();
    out.since = agent.break_since;
    for (auto const& each : breaks) {
        if (auto const span = clip(each, today, now)) out.break_today += length_of(*span);
    }
    return out;
}

} // namespace sluice::gateway::agents
