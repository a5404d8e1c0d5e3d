// What the members of a simulated cluster share: the database, the true time, the judge.
#pragma once

#include "queue/postgres/lease.hpp"
#include "tests/sim/cluster_judge.hpp"
#include "tests/sim/key_judge.hpp"
#include "tests/sim/pace_judge.hpp"
#include "tests/sim/simulated_database.hpp"

#include <random>
#include <set>

namespace sluice::tests {

struct cluster_world {
    std::mt19937_64& random;
    true_time const& now;
    simulated_database& db;
    cluster_judge& judge;
    key_judge& keys;
    queue::postgres::lease_options lease;
    planted_bugs bugs;
    pace_judge pace = {};
    bool is_calm = false;                   // every answer comes
    bool may_lack = false;                  // a standby that lacked acknowledged batches has led
    queue::wall_time latest_wall{};         // that a clock of a member has shown
    std::set<int> gone_processes = {};      // of which their machine can tell that they run no more
    std::uint64_t next_writer = 1ull << 32; // behind all processes: whoever reads a dead log
};

} // namespace sluice::tests
