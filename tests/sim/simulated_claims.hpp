// Claims the keys of a member's calls in the simulated database, as claim_worker does: again and
// again until it is known what a job came to. Copies of a job may reach the server late. Stepped by
// its member.
#pragma once

#include "queue/core/claim_job.hpp"
#include "tests/sim/simulated_database.hpp"

#include <functional>
#include <optional>
#include <random>

namespace sluice::tests {

class simulated_claims final : public queue::claim_runner {
  public:
    using completion = std::function<void(queue::claim_job&&, queue::claim_result&&)>;

    simulated_claims(simulated_database& db, std::mt19937_64& random, true_time const& now,
                     bool const& is_cut, log_owner const& own, completion done);

    void submit(queue::claim_job&& job) override { job_ = std::move(job); }
    // False: nothing was done.
    bool step();
    void calm() { is_calm_ = true; }

  private:
    simulated_database& db_;
    std::mt19937_64& random_;
    true_time const& now_;
    bool const& is_cut_;
    log_owner const own_;
    completion done_;
    std::optional<queue::claim_job> job_;
    std::uint64_t generation_ = 0; // of the server that this is connected to
    true_time not_before_{};
    bool is_calm_ = false;
};

} // namespace sluice::tests
