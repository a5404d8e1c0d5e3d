// What a gateway holds of one destination's limits, of which all gateways together have one whole,
// and what it makes of it. Plain values; a gateway without a cluster has none of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

namespace sluice::queue {

// Of a rate: so many parts are all of it.
inline constexpr std::uint32_t all_parts = 10'000;

struct lane_share {
    std::uint32_t rate = 0;  // parts of `all_parts`; 0 where the destination has no rate
    std::uint32_t burst = 0; // tokens; 0 where it has none
    std::uint32_t slots = 0; // attempts in flight
    friend bool operator==(lane_share const&, lane_share const&) = default;
};

inline lane_share lesser_of(lane_share const& a, lane_share const& b) {
    return {std::min(a.rate, b.rate), std::min(a.burst, b.burst), std::min(a.slots, b.slots)};
}

// The whole that is shared, as far as it is counted in pieces.
struct lane_whole {
    double rate = 0;         // attempts a second; 0: unlimited, and nothing of it is held
    std::uint32_t burst = 0; // 1 and up where there is a rate, else 0
    std::uint32_t slots = 1;

    bool has_rate() const { return burst > 0; }
    friend bool operator==(lane_whole const&, lane_whole const&) = default;
};

// Whether anything can be sent with it.
inline bool is_usable(lane_share const& held, bool has_rate) {
    return held.slots > 0 && (!has_rate || (held.rate > 0 && held.burst > 0));
}

// What a lane did since it was asked last, and what it could do more.
struct lane_use {
    std::uint64_t sent = 0;           // attempts that began
    std::uint32_t in_flight = 0;      // now
    std::uint32_t most_in_flight = 0; // since then
    std::uint64_t ready = 0;          // tasks in line that nothing but its limits keeps
    bool lacks_rate = false;          // that is what keeps them
    bool lacks_slots = false;
};

// Lanes by their names, which are the same at all gateways.
struct lane_report {
    std::string name;
    lane_whole whole;
    lane_use use;
};
struct lane_order {
    std::string name;
    lane_share share;         // no more than this is ours from now on
    std::uint64_t tokens = 0; // of another gateway, that come with it
};

// What became of a change of a lane's share.
struct lane_held {
    std::uint32_t in_flight = 0; // may be more than its slots: none begins until it is less
    std::uint64_t lost = 0;      // whole tokens that had gathered and fit no more
};

} // namespace sluice::queue
