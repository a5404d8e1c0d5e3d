#include "queue/core/order_slot.hpp"

namespace sluice::queue {

std::uint16_t order_slot_of(std::string_view order_key) {
    std::uint64_t hash = 14695981039346656037u;
    for (unsigned char const c : order_key)
        hash = (hash ^ c) * 1099511628211u;
    // The low bits of this hash are its weak ones.
    return static_cast<std::uint16_t>((hash ^ hash >> 32) % order_slots);
}

} // namespace sluice::queue
