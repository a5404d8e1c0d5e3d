// Who becomes the home of which order keys: what a member may take, and what it gives away. Pure
// decisions over one look at the table; any thread. They decide what is tried only: whether it may
// be so is for the statements of order_table and the core of the slot's home.
#pragma once

#include "queue/core/order_slot.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace sluice::queue::postgres {

// One row of the table.
struct order_row {
    std::uint32_t log = 0; // of the home; 0: nobody's
    std::uint64_t generation = 0;
    // Whoever is quick may take it: nobody's, or of a dead member whose log was adopted to the end,
    // and with it whatever was live in it.
    bool is_free = true;
};
using order_rows = std::array<order_row, order_slots>;
using shared_order_rows = std::shared_ptr<order_rows const>;

// What a member takes now: free slots up to its share. `alive`: the logs of those that live and
// stay, `own` among them; sorted. Members begin at different slots, so that they seldom meet.
std::vector<held_slot> slots_to_take(order_rows const& rows, std::span<std::uint32_t const> alive,
                                     std::uint32_t own);

// How many a member gives away: what it has beyond its share, or, where `own` is not among
// `alive`, everything; at most what the others lack.
std::size_t slots_to_give(order_rows const& rows, std::span<std::uint32_t const> alive,
                          std::uint32_t own);

// To whom: those that lack the most first. Where nobody is left: to nobody, log 0.
struct given_slot {
    held_slot what;
    std::uint32_t to = 0;
};
std::vector<given_slot> receivers_of(std::vector<held_slot> const& given, order_rows const& rows,
                                     std::span<std::uint32_t const> alive, std::uint32_t own);

// Those of this log.
std::vector<held_slot> slots_of(order_rows const& rows, std::uint32_t log);

} // namespace sluice::queue::postgres
