#include "queue/postgres/member_view.hpp"

#include <algorithm>
#include <set>

namespace sluice::queue::postgres {

namespace {

using log_set = std::set<std::uint32_t>;

// Whom to ask for what was in `log`: `seen` keeps a circle, which nothing should make, from
// turning. One that has not begun to be adopted counts for itself.
void add_holders(std::uint32_t log, cluster_rows const& all, std::span<slice_row const> slices,
                 log_set& seen, log_set& to) {
    if (!seen.insert(log).second) return;
    bool const is_adopted =
        std::ranges::find(all.adopted, log, &adopted_row::log) != all.adopted.end();
    if (!is_adopted) {
        to.insert(log);
        return;
    }
    for (auto const& slice : slices)
        if (slice.log == log) add_holders(slice.by, all, slices, seen, to);
}

bool is_same(member const& a, member const& b) {
    return a.name == b.name && a.log == b.log && a.advertise == b.advertise &&
           a.version == b.version && a.is_self == b.is_self && a.is_stopped == b.is_stopped &&
           a.is_alive == b.is_alive;
}

bool is_same_log(adopted_log const& a, adopted_log const& b) {
    return a.log == b.log && a.by == b.by && a.is_done == b.is_done;
}

} // namespace

members_view make_view(cluster_rows const& seen, std::span<slice_row const> slices,
                       lease const& lives, std::uint32_t self) {
    members_view view;
    view.is_reachable = true;
    for (auto const& row : seen.members) {
        bool const is_adopted =
            std::ranges::find(seen.adopted, row.log, &adopted_row::log) != seen.adopted.end();
        member one;
        one.name = row.name;
        one.log = row.log;
        one.advertise = row.advertise;
        one.version = row.version;
        one.is_self = row.log == self;
        one.is_stopped = row.is_stopped;
        one.is_alive = one.is_self || (lives.is_alive(row.log) && !is_adopted);
        view.members.push_back(std::move(one));
    }
    std::ranges::sort(view.members, {}, &member::name);
    for (auto const& row : seen.adopted) {
        log_set met;
        log_set holders;
        add_holders(row.log, seen, slices, met, holders);
        view.adopted.push_back({row.log, {holders.begin(), holders.end()}, row.is_done});
    }
    std::ranges::sort(view.adopted, {}, &adopted_log::log);
    return view;
}

bool differs(members_view const& before, members_view const& after) {
    return before.is_reachable != after.is_reachable ||
           !std::ranges::equal(before.members, after.members, is_same) ||
           !std::ranges::equal(before.adopted, after.adopted, is_same_log);
}

std::size_t live_members(members_view const& view) {
    auto const count = std::ranges::count_if(view.members, &member::is_alive);
    return std::max<std::size_t>(1, static_cast<std::size_t>(count));
}

} // namespace sluice::queue::postgres
