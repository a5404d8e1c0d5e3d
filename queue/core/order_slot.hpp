// Which slot an order key belongs to: in a cluster all tasks of a slot are written and sent by one
// gateway, its home. The number stands in PostgreSQL, in what gateways tell each other and in the
// cuts of a dead log, so the function is fixed for good. Pure; any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice::queue {

inline constexpr std::uint16_t order_slots = 1024;

// FNV-1a of the key (64 bits), its halves joined by xor, modulo order_slots. Not of the lane: the
// tasks of one call for several destinations have one key, and so one home.
std::uint16_t order_slot_of(std::string_view order_key);

// A slot and how often it has changed hands: what was said of it before counts for nothing after.
struct held_slot {
    std::uint16_t slot = 0;
    std::uint64_t generation = 0;
    friend bool operator==(held_slot const&, held_slot const&) = default;
};

} // namespace sluice::queue
