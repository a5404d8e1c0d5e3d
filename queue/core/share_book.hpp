// Who holds what of one destination's limits: a line of holders, as it stands in the database, and
// the arithmetic of what is free and what is fair. Pure values and functions.
//
// The one rule: all holdings together are never more than the whole. So a holding grows only by
// what is free, and shrinks only by its holder's own hand. What the dead held is free.
#pragma once

#include "queue/core/lane_share.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::queue {

// A gateway in one life of its log: whoever raises the epoch ends it.
struct share_owner {
    std::uint32_t log = 0;
    std::int64_t epoch = 0;
    friend auto operator<=>(share_owner const&, share_owner const&) = default;
};

struct share_holding {
    share_owner owner;
    lane_share held;
    lane_share wants;         // to hold in all; in nothing more than `held`: it is content
    std::uint64_t tokens = 0; // that others gave it, since it stands here

    friend bool operator==(share_holding const&, share_holding const&) = default;
};

// In the order in which they take turns where there is less than one of something for each.
using share_book = std::vector<share_holding>;

// "1 log,epoch,rate,burst,slots,rate,burst,slots,tokens;…". Nothing where a text is none of it.
std::string write_book(share_book const& book);
std::optional<share_book> read_book(std::string_view text);

// Whether it is more of anything.
bool exceeds(lane_share const& one, lane_share const& other);
// Wants more than it holds.
bool is_hungry(share_holding const& one);

// What there is of each.
lane_share all_of(lane_whole const& whole);
// What nobody holds; 0 where too much is held, after the whole became smaller.
lane_share free_of(share_book const& book, lane_whole const& whole);

// Divides `total`: nobody gets more than it demands, and whoever gets less gets as much as anybody
// else, or one less. In whole pieces.
std::vector<std::uint32_t> divide(std::uint32_t total, std::span<std::uint32_t const> demands);

// What each should hold of the whole where this is what they demand. Where there is no piece of
// each for all of them, some have a seat and the others nothing: those who sit stay, the first ones
// of the line come next. Who demands nothing leaves its seat.
std::vector<lane_share> fair_shares(share_book const& book, lane_whole const& whole,
                                    std::span<lane_share const> demands);

// Whether it holds a piece of all that it needs to send.
inline bool is_seated(share_holding const& one, lane_whole const& whole) {
    return is_usable(one.held, whole.has_rate());
}

} // namespace sluice::queue
