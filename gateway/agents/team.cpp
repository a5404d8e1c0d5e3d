#include "gateway/agents/team.hpp"

#include "gateway/agents/agent_number.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway::agents {

namespace {

call::refusal no_such_agent() {
    return {.status = 404, .detail = "The account has no such agent."};
}

// The numbers of agents, with the breaks of those that have any.
using team_breaks = std::vector<tables::agent_breaks>;

// Both are in the order of the numbers.
team_breaks with_idle_agents(team_breaks&& found, std::vector<tables::agent_state> const& known) {
    team_breaks all;
    all.reserve(std::max(found.size(), known.size()));
    auto next = found.begin();
    for (auto const& agent : known) {
        while (next != found.end() && next->cli < agent.cli)
            all.push_back(std::move(*next++));
        if (next != found.end() && next->cli == agent.cli) {
            all.push_back(std::move(*next++));
        } else {
            all.push_back({agent.cli, {}});
        }
    }
    std::move(next, found.end(), std::back_inserter(all));
    return all;
}

std::size_t count_breaks(team_breaks const& all) {
    std::size_t count = 0;
    for (auto const& each : all)
        count += each.breaks.size();
    return count;
}

} // namespace

std::string key_of(tables::backend const& data, config::account const& account,
                   std::string_view cli) {
    auto key = agent_number(cli, account.country_code);
    bool const is_as_written = key != cli && !data.find_agent(account.id, key) &&
                               data.find_agent(account.id, cli).has_value();
    return is_as_written ? std::string(cli) : key;
}

call::checked<agent_status> find_status(tables::backend const& data, config::account const& account,
                                        std::string_view cli, queue::wall_time now) {
    return status_by_key(data, account, key_of(data, account, cli), now);
}

call::checked<agent_status> status_by_key(tables::backend const& data,
                                          config::account const& account, std::string_view key,
                                          queue::wall_time now) {
    auto const state = data.find_agent(account.id, key);
    if (!state) return no_such_agent();
    auto const day = today(call::find_time_zone(account.time_zone), now);
    auto const found = data.breaks(account.id, day.start, day.end, state->cli);
    return status_of(*state,
                     found.empty() ? std::span<tables::agent_break const>()
                                   : std::span(found.front().breaks),
                     day, now);
}

std::vector<agent_status> all_statuses(tables::backend const& data, config::account const& account,
                                       std::optional<bool> is_available, queue::wall_time now) {
    auto const day = today(call::find_time_zone(account.time_zone), now);
    auto const found = data.breaks(account.id, day.start, day.end);
    std::vector<agent_status> all;
    auto next = found.begin();
    for (auto const& agent : data.agents(account.id)) {
        bool const is_free = !agent.break_since;
        if (is_available && *is_available != is_free) continue;
        while (next != found.end() && next->cli < agent.cli)
            ++next;
        bool const has_breaks = next != found.end() && next->cli == agent.cli;
        all.push_back(status_of(
            agent, has_breaks ? std::span(next->breaks) : std::span<tables::agent_break const>(),
            day, now));
    }
    return all;
}

call::checked<break_report> make_report(tables::backend const& data, config::account const& account,
                                        interval const& window, std::string_view cli,
                                        queue::wall_time now) {
    team_breaks all;
    if (cli.empty()) {
        all = with_idle_agents(data.breaks(account.id, window.start, window.end),
                               data.agents(account.id));
    } else {
        auto const number = key_of(data, account, cli);
        all = data.breaks(account.id, window.start, window.end, number);
        if (all.empty() && !data.find_agent(account.id, number)) return no_such_agent();
        if (all.empty()) all.push_back({number, {}});
    }
    if (count_breaks(all) > max_reported_breaks) {
        return call::refusal{.status = 422,
                             .detail = fmt::format("The report would have more than {} breaks; ask "
                                                   "for a shorter time or for one agent.",
                                                   max_reported_breaks)};
    }
    auto const days = days_of(window, call::find_time_zone(account.time_zone));
    break_report report{window, account.time_zone, {}};
    report.agents.reserve(all.size());
    for (auto& each : all) {
        report.agents.push_back(report_of(std::move(each.cli), each.breaks, window, days, now));
    }
    return report;
}

} // namespace sluice::gateway::agents
