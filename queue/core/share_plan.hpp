// What one gateway does with a book at one look: what it gives up, and what the book says then. The
// decisions alone; share_keeper has the order in which they take effect. Pure functions.
#pragma once

#include "queue/core/share_book.hpp"

#include <cstddef>
#include <cstdint>

namespace sluice::queue {

// How a gateway stands with a destination.
struct share_stand {
    share_owner me;
    std::size_t members = 1; // that live, this one among them
    lane_share need;         // what it uses, and would use; nothing: it has no work
    bool is_at_rest = false; // nothing in line and nothing under way
    bool has_had_turn = false;
};

// What is left to it after it has given up what others are in want of and it holds beyond its fair
// part, or does not use. `book` is without the dead.
lane_share left_to(share_book const& book, lane_whole const& whole, share_stand const& by);

// The book after it: `keep` is what this gateway has kept, and uses no more than that by now;
// `tokens` had gathered with what it gave up and go with it. What is free goes to whoever is in
// want of it, this gateway among them. `is_new`: nobody has ever held anything of it, so that the
// burst is there from the beginning.
struct share_change {
    lane_share keep;
    std::uint64_t tokens = 0;
    bool is_new = false;
};
share_book hand_out(share_book book, lane_whole const& whole, share_stand const& by,
                    share_change const& change);

} // namespace sluice::queue
