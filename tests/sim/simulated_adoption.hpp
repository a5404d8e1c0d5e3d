// What adoption does, cut at every step: reads a dead log with the real read_dead_log, gives its
// slices to the queue, then drops its segments. One for each process.
#pragma once

#include "queue/dispatch/dispatcher.hpp"
#include "queue/postgres/dead_log.hpp"
#include "tests/sim/cluster_world.hpp"
#include "tests/sim/simulated_log_worker.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <optional>

namespace sluice::tests {

class simulated_adoption final {
  public:
    // Between two jobs of a reading the world goes on; false: the reader is dead.
    using interlude = std::function<bool()>;

    simulated_adoption(cluster_world& world, queue::dispatcher& core, std::uint32_t own_log,
                       bool const& is_cut, interlude between);

    void take_over(log_owner const& what);
    void step();
    bool is_idle() const { return !under_way_ && waiting_.empty(); }

  private:
    enum class stage { reading, giving, marking, dropping };
    struct work {
        log_owner what;
        std::unique_ptr<simulated_log_worker> worker;
        stage at = stage::reading;
        queue::postgres::dead_log found;
        std::size_t given = 0;
        std::size_t safe = 0;
        std::deque<std::shared_ptr<std::optional<boost::system::error_code>>> told; // of the given
        std::vector<queue::segment_entry> to_drop;
    };

    void begin();
    void read();
    bool settle_keys(queue::postgres::dead_log const& found);
    void give();
    void mark();
    void drop();
    bool is_over() const;
    void try_again();

    cluster_world& world_;
    queue::dispatcher& core_;
    std::uint32_t own_log_;
    bool const& is_cut_;
    interlude between_;
    std::deque<log_owner> waiting_;
    std::optional<work> under_way_;
    true_time not_before_{};
    bool is_reading_ = false;
};

} // namespace sluice::tests
