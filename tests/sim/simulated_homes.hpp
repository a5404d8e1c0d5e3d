// A simulated member's part in the homes of order keys: the real rules, and the statements of the
// simulated server, one look a second. Some statements are late and their answers lost. It gives
// away more than it must, and to anybody, so that slots move often.
#pragma once

#include "queue/dispatch/dispatcher.hpp"
#include "queue/postgres/boot_clock.hpp"
#include "tests/sim/cluster_world.hpp"

#include <map>
#include <memory>
#include <vector>

namespace sluice::tests {

class simulated_homes final {
  public:
    simulated_homes(cluster_world& world, queue::dispatcher& core, log_owner own,
                    bool const& is_cut)
        : world_(world)
        , core_(core)
        , own_(own)
        , is_cut_(is_cut) {}

    void step(queue::postgres::boot_time now);
    // Of each slot, as it was seen last.
    queue::postgres::order_rows const& rows() const { return rows_; }

  private:
    std::vector<std::uint32_t> alive() const;
    void hand_over();
    void look();
    void take();
    void give_up();

    cluster_world& world_;
    queue::dispatcher& core_;
    log_owner const own_;
    bool const& is_cut_;
    queue::postgres::order_rows rows_{};
    queue::postgres::boot_time next_{};
    std::map<std::uint16_t, std::uint64_t> closed_; // given up by the core: in which generation
    // What the core has told; shared, because it may tell when this is gone.
    struct told {
        bool is_asked = false;
        std::vector<queue::held_slot> given;
    };
    std::shared_ptr<told> told_ = std::make_shared<told>();
};

} // namespace sluice::tests
