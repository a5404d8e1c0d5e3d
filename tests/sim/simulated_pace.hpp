// A member's thread that shares limits out, stepped: the real share_keeper over the simulated
// database. Answers are lost, writes come when nobody waits any more, the server is another one.
#pragma once

#include "queue/core/share_keeper.hpp"
#include "queue/dispatch/dispatcher.hpp"
#include "tests/sim/cluster_world.hpp"

#include <random>
#include <vector>

namespace sluice::tests {

class simulated_pace final {
  public:
    // All must outlive this. `seed`: of its own faults.
    simulated_pace(cluster_world& world, queue::dispatcher& core, log_owner own, bool const& is_cut,
                   std::uint64_t seed);

    void step();

  private:
    bool is_unlucky(unsigned one_in) { return !world_.is_calm && random_() % one_in == 0; }
    bool is_reachable() const { return !is_cut_ && !world_.db.is_away(); }
    void begin_round();
    void end_round();
    std::vector<queue::lane_held> obey(std::vector<queue::lane_order> const& orders);

    cluster_world& world_;
    queue::dispatcher& core_;
    bool const& is_cut_;
    std::mt19937_64 random_;
    queue::share_keeper keeper_;
    std::uint64_t generation_ = 0;
    queue::mono_time next_round_ = queue::mono_time::min();
    bool is_woken_ = false;
    std::vector<queue::share_keeper::entry> writes_; // of a round that is under way
    std::vector<queue::lane_order> too_late_;        // a planted bug's
};

} // namespace sluice::tests
