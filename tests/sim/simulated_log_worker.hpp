// What log_worker does, over the simulated database: waits while the server is away, repeats what
// was not answered, looks its last batch up on a new connection. Never blocks: what is not decided
// yet is tried again with the next attempt.
#pragma once

#include "tests/sim/simulated_database.hpp"

#include <array>

namespace sluice::tests {

class simulated_log_worker final : public queue::job_worker {
  public:
    // `is_cut`: nothing reaches the server from here. All outlive this object.
    simulated_log_worker(simulated_database& db, std::mt19937_64& random, true_time const& now,
                         bool const& is_cut, planted_bugs const& bugs, log_owner const& own);
    ~simulated_log_worker() override;

    // Nothing: not decided.
    std::optional<queue::disk_result> attempt(queue::disk_job const& job);
    // Waits for the server as the start does: here it answers at once or never.
    queue::disk_result run(queue::disk_job const& job) override;

    log_owner const& own() const { return own_; }
    // Every answer comes from now on.
    void calm() { is_calm_ = true; }

  private:
    struct work;
    // A connection: one for commits, one for everything else.
    struct link {
        std::uint64_t generation = 0; // of the server that it leads to; 0: closed
    };

    boost::system::error_code connect(link& by, bool& is_open);
    std::optional<queue::disk_result> commit(queue::commit_job const& job);
    bool loses_answer();

    simulated_database& db_;
    std::mt19937_64& random_;
    true_time const& now_;
    bool const& is_cut_;
    planted_bugs const bugs_;
    log_owner const own_;
    std::array<link, 2> links_;
    std::optional<simulated_database::ticket> under_way_;
    true_time sent_at_{};
    bool is_hurried_ = false;
    bool is_calm_ = false;
    bool has_marked_ = false; // planted bug
};

} // namespace sluice::tests
