// The simulated server's statements about members, fences and adopted logs.
#include "queue/postgres/member_table.hpp"
#include "tests/sim/simulated_database.hpp"

#include <algorithm>

namespace sluice::tests {

namespace {

std::int64_t next_owner(std::int64_t renewals) {
    constexpr auto each = queue::postgres::renewals_of_an_owner;
    return (renewals / each + 1) * each;
}

} // namespace

std::optional<database_state::member> simulated_database::insert_member(std::string const& name,
                                                                        int process) {
    if (primary_.members.contains(name)) return std::nullopt;
    database_state::member const row{name, next_log_++, 0, false, process, clock()};
    change_state(
        [row](database_state& in) {
            in.members[row.name] = row;
            in.fences[row.log] = 1;
        },
        true);
    return row;
}

simulated_database::change simulated_database::take_row(database_state::member& seen, int process,
                                                        std::int64_t& epoch) {
    auto const found = primary_.members.find(seen.name);
    if (found == primary_.members.end() || found->second.log != seen.log ||
        found->second.renewals != seen.renewals) {
        return change::moved;
    }
    bool const needs_log = primary_.adoptions.contains(seen.log);
    if (!needs_log && is_held(seen.log)) return change::locked;
    auto row = found->second;
    row.log = needs_log ? next_log_++ : seen.log;
    row.renewals = next_owner(row.renewals);
    row.is_stopped = false;
    row.process = process;
    row.renewed_at = clock();
    epoch = needs_log ? 1 : primary_.fences[row.log] + 1;
    change_state(
        [row, epoch](database_state& in) {
            in.members[row.name] = row;
            in.fences[row.log] = epoch;
        },
        true);
    seen = row;
    return change::done;
}

std::optional<std::int64_t> simulated_database::renew(database_state::member const& seen) {
    auto const found = primary_.members.find(seen.name);
    if (found == primary_.members.end() || found->second.log != seen.log ||
        found->second.renewals != seen.renewals) {
        return std::nullopt;
    }
    change_state(
        [name = seen.name, at = clock()](database_state& in) {
            ++in.members[name].renewals;
            in.members[name].renewed_at = at;
        },
        false);
    return seen.renewals + 1;
}

bool simulated_database::stop(database_state::member const& seen) {
    if (!renew(seen)) return false;
    change_state([name = seen.name](database_state& in) { in.members[name].is_stopped = true; },
                 true);
    return true;
}

simulated_database::change simulated_database::claim(std::uint32_t log, std::int64_t renewals,
                                                     std::uint32_t by) {
    auto const found = std::ranges::find_if(primary_.members, [&](auto const& each) {
        return each.second.log == log && each.second.renewals == renewals;
    });
    if (found == primary_.members.end()) return change::moved;
    if (is_held(log)) return change::locked;
    if (tell_claim_) tell_claim_(log);
    change_state(
        [log, by, name = found->first](database_state& in) {
            in.members[name].renewals = next_owner(in.members[name].renewals);
            ++in.fences[log];
            in.adoptions.emplace(log, database_state::adoption{by, false});
        },
        true);
    return change::done;
}

void simulated_database::forget_adopted() {
    change_state(
        [](database_state& in) {
            std::erase_if(in.members, [&](auto const& each) {
                auto const found = in.adoptions.find(each.second.log);
                return found != in.adoptions.end() && found->second.is_done;
            });
        },
        false);
}

bool simulated_database::finish_adoption(log_owner const& of, std::size_t slices) {
    if (!primary_.owns(of.log, of.epoch)) return false;
    auto const first = primary_.slices.lower_bound({of.log, 0});
    auto const last = primary_.slices.lower_bound({of.log + 1, 0});
    if (static_cast<std::size_t>(std::distance(first, last)) < slices) return false;
    change_state([log = of.log](database_state& in) { in.adoptions[log].is_done = true; }, true);
    return true;
}

bool simulated_database::mark_slice(log_owner const& by, queue::adopted_slice const& slice) {
    bool const owns = primary_.owns(by.log, by.epoch) && primary_.owns(slice.log, slice.epoch);
    if (!owns || primary_.slices.contains({slice.log, slice.slice})) return false;
    change_state([slice](database_state& in) { in.slices.insert({slice.log, slice.slice}); }, true);
    return true;
}

} // namespace sluice::tests
