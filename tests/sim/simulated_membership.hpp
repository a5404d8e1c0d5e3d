// What membership and join_cluster do, statement by statement over the simulated database, with the
// real rules of who lives (lease.hpp). Answers may come late or never. One for each process.
#pragma once

#include "tests/sim/cluster_world.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sluice::tests {

class simulated_membership final {
  public:
    using boot_time = queue::postgres::boot_time;

    // `process` names it among all of the simulation.
    simulated_membership(cluster_world& world, std::string name, int process, bool const& is_cut);

    // At most a statement or two; the answer of one that is under way.
    void step(boot_time now);
    // Says good-bye, where the server can be reached.
    void leave();

    bool is_joined() const { return lease_.has_value(); }
    log_owner own() const { return {row_.log, epoch_, static_cast<std::uint64_t>(process_)}; }
    bool holds(boot_time now) const { return lease_ && !is_over_ && lease_->holds(now); }
    // Its log has another owner, or its name has.
    bool is_over() const { return is_over_; }
    // Logs that may be adopted, each told once for an epoch.
    std::vector<log_owner> take_adoptable() { return std::exchange(adoptable_, {}); }

  private:
    using row = database_state::member;
    // Everybody, as one statement saw it.
    struct sight {
        std::vector<queue::postgres::sighting> others;
        std::vector<queue::postgres::dead_member> late; // by the server's clock: a planted bug
        std::vector<log_owner> to_adopt;
        bool is_mine = false;
        bool is_left_over = false;
    };
    // What was watched of the row of our name.
    struct former_self {
        row seen;
        boot_time since;
    };

    bool is_reachable() const { return !is_cut_ && !world_.db.is_away(); }
    bool is_unlucky(unsigned one_in) { return !world_.is_calm && world_.random() % one_in == 0; }
    void join(boot_time now);
    bool watch(row const& there, boot_time now);
    void take(row there, boot_time now);
    void renew(boot_time now);
    bool resolve();
    void look(boot_time now);
    sight see() const;
    void judge(boot_time sent, boot_time received, sight const& seen);
    void claim(queue::postgres::dead_member const& one, boot_time now);
    void failed(boot_time now);
    void answer(boot_time now, std::function<void(boot_time)> then);

    cluster_world& world_;
    std::string name_;
    int process_;
    bool const& is_cut_;
    row row_;
    std::int64_t epoch_ = 0;
    std::optional<queue::postgres::lease> lease_;
    std::optional<former_self> former_;
    std::uint64_t generation_ = 0; // of the server that it is connected to; 0: it is not
    boot_time next_try_{};
    unsigned tries_ = 0;
    bool is_over_ = false;
    std::function<void(boot_time)> under_way_;
    std::set<std::pair<std::uint32_t, std::int64_t>> told_;
    std::vector<log_owner> adoptable_;
};

} // namespace sluice::tests
