#include "queue/postgres/lane_watch.hpp"

#include <algorithm>
#include <utility>

namespace sluice::queue::postgres {

using std::chrono::milliseconds;

namespace {

// Gates that end sooner than others can hear of them are nobody else's concern.
constexpr milliseconds least_gate{100};

} // namespace

bool is_current(boot_time now, boot_time looked, std::optional<boot_time> away,
                lane_watch_options const& options) {
    if (now - looked <= options.current_for) return true;
    return away && now - *away <= options.away_for;
}

lane_news::entry lane_news::entry_of(lane_stand&& stand, boot_time now) {
    entry made{std::move(stand)};
    if (made.stand.gate_left.count() > 0) made.gate_until = now + made.stand.gate_left;
    return made;
}

void lane_news::merge(entry& to, entry&& from) {
    merge_switch(to.stand, from.stand);
    if (from.gate_until <= to.gate_until) return;
    to.gate_until = from.gate_until;
    to.stand.gate_by = std::move(from.stand.gate_by);
}

void lane_news::add(entry&& one) {
    auto name = one.stand.destination;
    auto const [waiting, is_new] = of_.try_emplace(std::move(name), one);
    if (!is_new) merge(waiting->second, std::move(one));
}

void lane_news::add(lane_stand&& stand, boot_time now) {
    add(entry_of(std::move(stand), now));
}

// --- looking ------------------------------------------------------------------------------------

void lane_watch::connected() {
    seen_ = 0;
    next_look_ = boot_time::min();
    begins_anew_ = true;
}

std::vector<lane_stand> lane_watch::looked(lane_sight&& sight, boot_time now) {
    std::map<std::string, entry> before;
    bool const is_anew = std::exchange(begins_anew_, false);
    if (is_anew) before = std::exchange(known_, {});
    seen_ = sight.version;
    newest_ = std::max(newest_, seen_);
    for (auto const& row : sight.rows) {
        newest_ = std::max(newest_, row.version);
        known_.insert_or_assign(row.destination, lane_news::entry_of(lane_stand(row), now));
    }
    if (is_anew) restate(before, now);
    next_look_ = now + options_.look_every;
    return std::move(sight.rows);
}

// What this server lacks of what another one had acknowledged.
void lane_watch::restate(std::map<std::string, entry> const& before, boot_time now) {
    for (auto const& [name, old] : before)
        if (is_news(old, now)) found_.add(entry(old));
}

// --- writing ------------------------------------------------------------------------------------

// Others' changes below its version may not have been seen: the looks go on where they were.
void lane_watch::changed(lane_stand const& row, boot_time now) {
    newest_ = std::max(newest_, row.version);
    known_.insert_or_assign(row.destination, lane_news::entry_of(lane_stand(row), now));
}

void lane_watch::found(lane_news&& news) {
    if (found_.is_empty()) {
        found_ = std::move(news);
        return;
    }
    for (auto& [name, one] : news.of_)
        found_.add(std::move(one));
}

bool lane_watch::is_news(entry const& of, boot_time now) const {
    auto const there = known_.find(of.stand.destination);
    bool const is_open = of.gate_until <= now + least_gate;
    if (there == known_.end()) {
        // Also that an operator opened it: an old log may say otherwise.
        return of.stand.version > 0 || of.stand.is_paused || of.stand.is_disabled || !is_open;
    }
    if (!is_open && of.gate_until > there->second.gate_until) return true;
    auto sum = there->second.stand;
    return merge_switch(sum, of.stand);
}

std::vector<lane_stand> lane_watch::take_found(boot_time now) {
    std::vector<lane_stand> taken;
    auto& waiting = found_.of_;
    while (!waiting.empty() && taken.size() < options_.most_merged) {
        auto next = std::move(waiting.extract(waiting.begin()).mapped());
        if (!is_news(next, now)) continue;
        auto const left = std::chrono::ceil<milliseconds>(std::max(next.gate_until, now) - now);
        next.stand.gate_left = left;
        taken.push_back(std::move(next.stand));
    }
    return taken;
}

void lane_watch::give_back(std::vector<lane_stand>&& stands, boot_time now) {
    for (auto& each : stands)
        found_.add(std::move(each), now);
}

} // namespace sluice::queue::postgres
