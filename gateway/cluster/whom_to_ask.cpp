#include "gateway/cluster/whom_to_ask.hpp"

#include <algorithm>
#include <set>

namespace sluice::gateway::cluster {

namespace {

using queue::postgres::member;
using queue::postgres::members_view;

bool may_be_asked(member const& one) {
    return one.is_self || (one.is_alive && !one.is_stopped);
}

queue::postgres::adopted_log const* adoption_of(members_view const& seen, std::uint32_t log) {
    auto const found = std::ranges::find(seen.adopted, log, &queue::postgres::adopted_log::log);
    return found == seen.adopted.end() ? nullptr : &*found;
}

asked_member asked(member const& one) {
    return {one.name, one.log, one.advertise, one.is_self};
}

// The logs in which a task of this birth may be now: adopters may have been adopted themselves.
std::set<std::uint32_t> homes_of(members_view const& seen, std::uint32_t born_in) {
    std::set<std::uint32_t> homes{born_in};
    std::vector<std::uint32_t> to_look{born_in};
    while (!to_look.empty()) {
        auto const* const taken = adoption_of(seen, to_look.back());
        to_look.pop_back();
        if (!taken) continue;
        for (auto const log : taken->by) {
            if (homes.insert(log).second) to_look.push_back(log);
        }
    }
    return homes;
}

std::vector<std::string> missing_of(members_view const& seen) {
    std::vector<std::string> names;
    for (auto const& one : seen.members) {
        auto const* const taken = adoption_of(seen, one.log);
        if (!may_be_asked(one) && !(taken && taken->is_done)) names.push_back(one.name);
    }
    // Its gateway may be back meanwhile, with another log.
    for (auto const& taken : seen.adopted) {
        bool const is_named =
            std::ranges::find(seen.members, taken.log, &member::log) != seen.members.end();
        if (!taken.is_done && !is_named) names.push_back("log " + std::to_string(taken.log));
    }
    return names;
}

} // namespace

asking_plan plan_for_task(members_view const& seen, queue::task_id id) {
    auto const homes = homes_of(seen, queue::log_of(id));
    std::vector<asked_member> first;
    std::vector<asked_member> others;
    for (auto const& one : seen.members) {
        if (one.is_self || !may_be_asked(one)) continue;
        (homes.contains(one.log) ? first : others).push_back(asked(one));
    }
    asking_plan plan;
    for (auto* const round : {&first, &others}) {
        if (!round->empty()) plan.rounds.push_back(std::move(*round));
    }
    plan.missing = missing_of(seen);
    return plan;
}

asking_plan plan_for_all(members_view const& seen) {
    asking_plan plan;
    plan.rounds.emplace_back();
    for (auto const& one : seen.members) {
        if (may_be_asked(one)) plan.rounds.back().push_back(asked(one));
    }
    plan.missing = missing_of(seen);
    return plan;
}

} // namespace sluice::gateway::cluster
