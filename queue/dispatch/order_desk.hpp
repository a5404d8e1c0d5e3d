// Which order keys this gateway takes tasks for: in a cluster the slots that it is the home of, as
// PostgreSQL has it, without a cluster all. Owned by the dispatcher; core's thread. It knows
// nothing of tasks.
#pragma once

#include "queue/core/order_slot.hpp"

#include <array>
#include <cstdint>
#include <span>

namespace sluice::queue {

class order_desk {
  public:
    // From now on a slot is open only where it is held.
    void begin() { is_shared_ = true; }
    bool is_shared() const { return is_shared_; }

    // Exactly these are ours. One that was closed stays so until it comes with a newer generation:
    // the statement that gives it away may still be on its way.
    void hold(std::span<held_slot const> ours);
    // Ours no longer, as soon as PostgreSQL says so. False where it is not open in this generation.
    bool close(held_slot const& one);

    bool is_open(std::uint16_t slot) const { return !is_shared_ || slots_[slot].is_open; }
    bool is_open(held_slot const& one) const {
        return is_open(one.slot) && (!is_shared_ || slots_[one.slot].generation == one.generation);
    }

  private:
    struct state {
        std::uint64_t generation = 0;
        std::uint64_t closed = 0; // the generation in which it was given up; 0: none
        bool is_open = false;
    };

    bool is_shared_ = false;
    std::array<state, order_slots> slots_{};
};

} // namespace sluice::queue
