// What lane_board does, over the simulated database: looks, writes what operators want and what the
// queue has found, with the real rules (lane_watch). Answers may come late or never; a wish that is
// not answered may be carried out long after. One for each process.
#pragma once

#include "queue/dispatch/dispatcher.hpp"
#include "queue/dispatch/lane_herald.hpp"
#include "queue/postgres/lane_watch.hpp"
#include "tests/sim/cluster_world.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sluice::tests {

class simulated_lanes final : public queue::lane_herald {
  public:
    using boot_time = queue::postgres::boot_time;

    simulated_lanes(cluster_world& world, bool const& is_cut)
        : world_(world)
        , is_cut_(is_cut) {}

    // Between the queue's recovery and its start; false: the server is not reached.
    bool open(queue::dispatcher& core, boot_time now);
    void step(boot_time now);
    // An operator's call; whether it was answered.
    bool change(queue::lane_wish const& wish, boot_time now);

    // Whether the queue may act on what it knows.
    bool is_current(boot_time now) const;
    // And does so because it believes that the server is away.
    bool believes_away(boot_time now) const;

  private:
    struct look {
        boot_time sent;
        boot_time answered; // or given up
        bool is_lost = false;
        queue::postgres::lane_sight seen;
    };

    void tell(queue::lane_stand&& stand) override;
    bool is_reachable() const { return !is_cut_ && !world_.db.is_away(); }
    bool is_unlucky(unsigned one_in) { return !world_.is_calm && world_.random() % one_in == 0; }
    bool connect(boot_time now);
    void failed(boot_time now);
    void merge(boot_time now);
    void begin_look(boot_time now);
    void end_look(boot_time now);

    cluster_world& world_;
    bool const& is_cut_;
    queue::dispatcher* core_ = nullptr;
    queue::postgres::lane_watch watch_;
    std::uint64_t generation_ = 0; // of the server that it is connected to; 0: it is not
    std::optional<look> under_way_;
    boot_time now_{}; // of the step
    boot_time looked_{};
    std::optional<boot_time> away_; // since no connection can be made
    boot_time next_try_{};
    boot_time next_merge_{};
};

} // namespace sluice::tests
