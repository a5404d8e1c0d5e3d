#include "gateway/tables/agent_map.hpp"

#include <algorithm>
#include <mutex>

namespace sluice::gateway::tables {

namespace {

std::vector<agent_break> overlapping(std::vector<agent_break> const& all, wall_time from,
                                     wall_time to) {
    // Without overlap the order of starts is the order of ends.
    auto const first = std::ranges::partition_point(
        all, [&](agent_break const& each) { return each.end && *each.end <= from; });
    auto const last = std::partition_point(
        first, all.end(), [&](agent_break const& each) { return each.start < to; });
    return {first, last};
}

} // namespace

std::shared_ptr<agent_map::team> agent_map::find_team(std::string_view account) const {
    std::shared_lock const guard(mutex_);
    auto const found = teams_.find(account);
    return found == teams_.end() ? nullptr : found->second;
}

std::shared_ptr<agent_map::team> agent_map::make_team(std::string_view account) {
    if (auto known = find_team(account)) return known;
    std::unique_lock const guard(mutex_);
    auto& place = teams_[std::string(account)];
    if (!place) place = std::make_shared<team>();
    return place;
}

std::vector<std::shared_ptr<agent_map::team>> agent_map::teams() const {
    std::shared_lock const guard(mutex_);
    std::vector<std::shared_ptr<team>> all;
    for (auto const& [account, each] : teams_)
        all.push_back(each);
    return all;
}

agent_state agent_map::state_of(std::string const& cli, agent const& of) {
    agent_state state{cli, of.is_configured, std::nullopt};
    if (!of.breaks.empty() && !of.breaks.back().end) state.break_since = of.breaks.back().start;
    return state;
}

std::vector<agent_state> agent_map::agents(std::string_view account) const {
    std::vector<agent_state> all;
    auto const in = find_team(account);
    if (!in) return all;
    std::shared_lock const guard(in->mutex);
    for (auto const& [cli, each] : in->agents) {
        if (each.is_known()) all.push_back(state_of(cli, each));
    }
    return all;
}

std::optional<agent_state> agent_map::find(std::string_view account, std::string_view cli) const {
    auto const in = find_team(account);
    if (!in) return std::nullopt;
    std::shared_lock const guard(in->mutex);
    auto const found = in->agents.find(cli);
    if (found == in->agents.end() || !found->second.is_known()) return std::nullopt;
    return state_of(found->first, found->second);
}

std::vector<agent_breaks> agent_map::breaks(std::string_view account, wall_time from, wall_time to,
                                            std::optional<std::string_view> cli) const {
    std::vector<agent_breaks> all;
    auto const in = find_team(account);
    if (!in) return all;
    std::shared_lock const guard(in->mutex);
    auto at = cli ? in->agents.find(*cli) : in->agents.begin();
    for (; at != in->agents.end(); ++at) {
        auto found = overlapping(at->second.breaks, from, to);
        if (!found.empty()) all.push_back({at->first, std::move(found)});
        if (cli) break;
    }
    return all;
}

std::uint64_t agent_map::size() const {
    std::uint64_t count = 0;
    for (auto const& in : teams()) {
        std::shared_lock const guard(in->mutex);
        count += static_cast<std::uint64_t>(std::ranges::count_if(
            in->agents, [](auto const& each) { return each.second.is_known(); }));
    }
    return count;
}

void agent_map::configure(std::vector<account_agents> const& all) {
    for (auto const& [account, clis] : all)
        make_team(account);
    std::shared_lock const guard(mutex_);
    for (auto const& [account, in] : teams_) {
        // In one step for each account: an agent that stays is known all the time.
        std::unique_lock const team_guard(in->mutex);
        for (auto& [cli, each] : in->agents)
            each.is_configured = false;
        auto const wanted = std::ranges::find(all, account, &account_agents::account);
        if (wanted == all.end()) continue;
        for (auto const& cli : wanted->clis)
            in->agents[cli].is_configured = true;
    }
}

void agent_map::add(std::string_view account, std::string_view cli) {
    auto const in = make_team(account);
    std::unique_lock const guard(in->mutex);
    in->agents[std::string(cli)].is_added = true;
}

void agent_map::remove(std::string_view account, std::string_view cli) {
    auto const in = make_team(account);
    std::unique_lock const guard(in->mutex);
    auto const found = in->agents.find(cli);
    if (found != in->agents.end()) found->second.is_added = false;
}

void agent_map::begin_break(std::string_view account, std::string_view cli,
                            agent_break const& begun) {
    auto const in = make_team(account);
    std::unique_lock const guard(in->mutex);
    in->agents[std::string(cli)].breaks.push_back(begun);
}

void agent_map::end_break(std::string_view account, std::string_view cli, wall_time end) {
    auto const in = make_team(account);
    std::unique_lock const guard(in->mutex);
    auto& breaks = in->agents[std::string(cli)].breaks;
    if (!breaks.empty() && !breaks.back().end) breaks.back().end = end;
}

void agent_map::replace_breaks(std::string_view account, std::string_view cli, wall_time since,
                               std::vector<agent_break> const& with) {
    auto const in = make_team(account);
    std::unique_lock const guard(in->mutex);
    if (with.empty() && !in->agents.contains(cli)) return;
    auto& breaks = in->agents[std::string(cli)].breaks;
    auto const first = std::ranges::lower_bound(breaks, since, {}, &agent_break::start);
    breaks.erase(first, breaks.end());
    breaks.insert(breaks.end(), with.begin(), with.end());
}

std::vector<std::pair<std::string, std::string>> agent_map::keys() const {
    std::shared_lock const guard(mutex_);
    std::vector<std::pair<std::string, std::string>> all;
    for (auto const& [account, in] : teams_) {
        std::shared_lock const team_guard(in->mutex);
        for (auto const& [cli, each] : in->agents)
            all.emplace_back(account, cli);
    }
    return all;
}

void agent_map::forget_breaks(wall_time ended_before) {
    for (auto const& in : teams()) {
        std::unique_lock const guard(in->mutex);
        for (auto& [cli, each] : in->agents) {
            std::erase_if(each.breaks, [&](agent_break const& one) {
                return one.end && *one.end < ended_before;
            });
        }
    }
}

} // namespace sluice::gateway::tables
