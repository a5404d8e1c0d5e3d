// The lanes of a cluster: what a dead member's log and the shared table say of them comes in, what
// this gateway has found out goes out.
#include "queue/dispatch/dispatcher.hpp"

#include <algorithm>
#include <utility>

namespace sluice::queue {

namespace {

bool is_held(lane_view const& view) {
    return view.is_paused || view.is_disabled;
}

} // namespace

void dispatcher::adopt(foreign_lane&& lane) {
    lane.what.lane = names_.lanes.intern(lane.lane);
    auto const id = lane.what.lane;
    auto const now = clock_.now();
    auto change = engine_.adopted_lane(std::move(lane.what), now);
    if (!change) return;
    settle(record(std::move(*change)), now);
    herald_lane(id, now);
}

void dispatcher::follow(lane_stand&& stand) {
    if (is_draining_) return; // nothing goes out any more
    auto const now = clock_.now();
    lane_changed theirs;
    theirs.version = stand.version;
    theirs.is_paused = stand.is_paused;
    theirs.is_disabled = stand.is_disabled;
    theirs.by = std::move(stand.by);
    theirs.at = now.wall;
    if (stand.gate_left.count() > 0) theirs.gate_until = now.wall + stand.gate_left;
    theirs.gate_by = std::move(stand.gate_by);
    auto const lane = names_.lanes.find(stand.destination);
    if (!lane) {
        strangers_.insert_or_assign(std::move(stand.destination), std::move(theirs));
        return;
    }
    theirs.lane = *lane;
    take_stand(std::move(theirs), now);
}

// The table is read at each start, so that the journal needs to know of what holds tasks alone:
// another log's gates would fill it.
void dispatcher::take_stand(lane_changed&& theirs, instant now) {
    auto const id = theirs.lane;
    auto const before = engine_.view(id);
    bool const was_paused = before.is_paused;
    bool const was_disabled = before.is_disabled;
    bool const was_held = is_held(before);
    auto change = engine_.adopted_lane(std::move(theirs), now);
    wake(); // its gate may be closed
    if (!change || (change->version == before.version && change->is_paused == was_paused &&
                    change->is_disabled == was_disabled)) {
        return;
    }
    if (change->is_paused != was_paused || change->is_disabled != was_disabled) {
        return settle(record(std::move(*change)), now);
    }
    if (was_held) journal_.append_later(record(*change));
    engine_.apply(record(std::move(*change)), now);
}

void dispatcher::meet_strangers(instant now) {
    for (auto each = strangers_.begin(); each != strangers_.end();) {
        auto const lane = names_.lanes.find(each->first);
        if (!lane) {
            ++each;
            continue;
        }
        each->second.lane = *lane;
        take_stand(std::move(each->second), now);
        each = strangers_.erase(each);
    }
}

void dispatcher::herald_lane(lane_id lane, instant now) {
    if (!herald_) return;
    auto stand = engine_.stand_of(lane, now);
    auto const zero = std::chrono::milliseconds(0);
    auto const left = stand.gate_until == wall_time{} ? zero : stand.gate_until - now.wall;
    herald_->tell({std::string(names_.lanes.name(lane)), stand.version, stand.is_paused,
                   stand.is_disabled, std::move(stand.by), std::max(left, zero),
                   std::move(stand.gate_by)});
}

void dispatcher::tell_lanes() {
    auto const now = clock_.now();
    std::vector<lane_changed> stands;
    engine_.repeat_lanes(now, stands);
    for (auto const& each : stands)
        herald_lane(each.lane, now);
}

} // namespace sluice::queue
