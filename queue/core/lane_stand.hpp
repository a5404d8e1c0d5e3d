// How a destination stands for all gateways of a cluster: what goes to the table that they share
// (queue/postgres/lane_table) and comes from it. Plain values.
//
// Two stands of one destination add up, in any order and however often:
// - of the switch the higher version counts, which an operator's pause or resume has made; within
//   one version the lane is paused or disabled where one of the two says so. A gateway that was
//   told 410 says so within the version that it knows: a resume since then outdoes it.
// - the gate is closed until the later moment.
// So nothing that was written before a resume closes a lane again, and nothing that was written
// before a pause opens it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace sluice::queue {

struct lane_stand {
    std::string destination; // its name: numbers are each gateway's own
    std::uint64_t version = 0;
    bool is_paused = false;
    bool is_disabled = false;
    std::string by = {}; // who paused, or what disabled it
    // The gate is closed for so long from now; zero: it is open. Clocks differ, durations do not.
    std::chrono::milliseconds gate_left{0};
    std::string gate_by = {};
};

// What an operator wants of a destination: to pause it, or to resume a paused or disabled one.
struct lane_wish {
    std::string destination;
    bool is_pause = false;
    std::string by;
};

// Adds the switch of `from` to that of `to`; false where that changes nothing. For lane_stand and
// lane_changed.
template <class To, class From>
bool merge_switch(To& to, From const& from) {
    if (from.version < to.version) return false;
    bool const is_newer = from.version > to.version;
    bool const holds_more =
        (from.is_paused && !to.is_paused) || (from.is_disabled && !to.is_disabled);
    if (!is_newer && !holds_more) return false;
    if (is_newer || !(to.is_paused || to.is_disabled)) to.by = from.by;
    to.is_paused = from.is_paused || (!is_newer && to.is_paused);
    to.is_disabled = from.is_disabled || (!is_newer && to.is_disabled);
    to.version = from.version;
    return true;
}

} // namespace sluice::queue
