// The simulated server's statements about lanes: what lane_table's do.
#include "tests/sim/simulated_database.hpp"

#include <algorithm>

namespace sluice::tests {

using queue::lane_stand;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds zero{0};

} // namespace

lane_stand simulated_database::shown(database_state::lane const& row) const {
    auto stand = row.stand;
    stand.gate_left = std::max(std::chrono::floor<milliseconds>(row.gate_until - clock()), zero);
    return stand;
}

queue::postgres::lane_sight simulated_database::look_lanes(std::uint64_t seen) const {
    queue::postgres::lane_sight sight;
    sight.version = primary_.lane_clock;
    for (auto const& [name, row] : primary_.lanes) {
        if (row.version > seen) sight.rows.push_back(shown(row));
    }
    return sight;
}

void simulated_database::put_lane(database_state::lane const& row) {
    change_state(
        [row](database_state& in) {
            in.lanes[row.stand.destination] = row;
            in.lane_clock = std::max(in.lane_clock, row.version);
        },
        true);
    note_lanes();
}

lane_stand simulated_database::change_lane(queue::lane_wish const& wish, std::uint64_t seen) {
    auto row = primary_.lanes[wish.destination];
    row.version = row.stand.version = std::max(primary_.lane_clock, seen) + 1;
    row.stand.destination = wish.destination;
    row.stand.is_paused = wish.is_pause;
    row.stand.is_disabled &= wish.is_pause;
    row.stand.by = wish.by;
    put_lane(row);
    wished_[wish.destination] = wish.is_pause;
    return shown(row);
}

void simulated_database::merge_lanes(std::vector<lane_stand> const& stands, std::uint64_t seen) {
    auto version = std::max(primary_.lane_clock, seen);
    for (auto const& each : stands)
        version = std::max(version, each.version);
    ++version;
    for (auto const& each : stands) {
        auto row = primary_.lanes[each.destination];
        row.stand.destination = each.destination;
        bool const was_paused = row.stand.is_paused;
        bool const moves = queue::merge_switch(row.stand, each);
        auto const until = clock() + each.gate_left;
        bool const closes = each.gate_left > zero && until > row.gate_until;
        if (closes) {
            row.gate_until = until;
            row.stand.gate_by = each.gate_by;
        }
        if (!moves && !closes) continue;
        row.version = version;
        put_lane(row);
        // No log and no answer pauses or resumes: operators do. Where the last wish was lost with a
        // primary, a member that had not heard of it says what was wished before.
        bool const is_wished = wished_[each.destination] == row.stand.is_paused;
        if (row.stand.is_paused != was_paused && !is_wished && !has_lost_changes_) {
            violate(each.destination + (was_paused ? " was resumed" : " was paused") +
                    " by nobody, as of version " + std::to_string(each.version));
        }
    }
}

// Since when each lane has been held, by the true time.
void simulated_database::note_lanes() {
    for (auto const& [name, row] : primary_.lanes) {
        if (row.stand.is_paused || row.stand.is_disabled) {
            held_since_.try_emplace(name, now_);
        } else {
            held_since_.erase(name);
        }
    }
    std::erase_if(held_since_,
                  [&](auto const& each) { return !primary_.lanes.contains(each.first); });
}

std::optional<true_time> simulated_database::held_since(std::string const& lane) const {
    auto const found = held_since_.find(lane);
    if (found == held_since_.end()) return std::nullopt;
    return found->second;
}

} // namespace sluice::tests
