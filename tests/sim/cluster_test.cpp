// Several gateways over one PostgreSQL against their promises: real engines, records, journals,
// leases and readers of dead logs over a simulated server and true time that nobody knows. One seed
// is one run; SLUICE_SEED repeats it, SLUICE_SEEDS sets how many are tried, as in simulation_test.
#include "tests/sim/seeds.hpp"
#include "tests/sim/simulated_cluster.hpp"
#include "tests/sim/simulated_log_worker.hpp"

#include <boost/test/unit_test.hpp>

namespace cluster_test {

using namespace sluice::tests;

namespace {

// The first seed that finds it, and how.
std::string first_finding(planted_bugs const& bugs, std::uint64_t seeds) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        simulated_cluster life(seed, bugs);
        if (auto const why = life.run(); !why.empty()) {
            return "seed " + std::to_string(seed) + ": " + why;
        }
    }
    return {};
}

} // namespace

BOOST_AUTO_TEST_SUITE(simulated_clusters)

BOOST_AUTO_TEST_CASE(every_promise_holds_for_every_seed) {
    auto const [first, count] = seeds_wanted(150);
    simulated_cluster::counts all;
    for (auto seed = first; seed < first + count; ++seed) {
        simulated_cluster life(seed);
        auto const why = life.run();
        BOOST_REQUIRE_MESSAGE(why.empty(), "SLUICE_SEED=" << seed << ": " << why);
        all.claims += life.seen().claims;
        all.slices += life.seen().slices;
        all.adopted_logs += life.seen().adopted_logs;
        all.acknowledged += life.seen().acknowledged;
        all.sends += life.seen().sends;
        all.switches += life.seen().switches;
        all.repeats += life.seen().repeats;
        all.settled += life.seen().settled;
        all.forwards += life.seen().forwards;
        all.moves += life.seen().moves;
    }
    BOOST_TEST_MESSAGE(count << " seeds: " << all.acknowledged << " acknowledged, " << all.sends
                             << " sent, " << all.claims << " logs taken over, " << all.adopted_logs
                             << " to the end, " << all.slices << " slices, " << all.switches
                             << " lanes paused or resumed, " << all.repeats
                             << " repeats of calls with a key, claims of " << all.settled
                             << " lives settled, " << all.forwards << " forwarded, " << all.moves
                             << " moves of slots");
    BOOST_TEST((count < 100 || (all.repeats > count && all.settled > count / 10)));
    BOOST_TEST((count < 100 || (all.forwards > count && all.moves > count)));
    BOOST_TEST((count < 100 || (all.claims > count / 10 && all.slices > count / 10)));
}

// As many as a seed may have, in every one.
BOOST_AUTO_TEST_CASE(five_gateways_keep_every_promise) {
    auto const [first, count] = seeds_wanted(20);
    std::uint64_t acknowledged = 0;
    for (auto seed = first; seed < first + count; ++seed) {
        simulated_cluster life(seed, {}, simulated_cluster::most_members);
        auto const why = life.run();
        BOOST_REQUIRE_MESSAGE(why.empty(), "SLUICE_SEED=" << seed << ": " << why);
        acknowledged += life.seen().acknowledged;
    }
    BOOST_TEST(acknowledged > count);
}

BOOST_AUTO_TEST_SUITE_END()

// Bugs that are planted are found; else the simulation proves nothing.
BOOST_AUTO_TEST_SUITE(planted_bugs_of_a_cluster)

BOOST_AUTO_TEST_CASE(a_log_without_a_fence_is_found) {
    planted_bugs bugs;
    bugs.writes_without_fence = true;
    BOOST_TEST(first_finding(bugs, 200) != "");
    bugs.is_only_judged_by_loss = true;
    BOOST_TEST(first_finding(bugs, 400) != "");
}

BOOST_AUTO_TEST_CASE(a_fence_that_is_read_and_not_held_is_found) {
    planted_bugs bugs;
    bugs.reads_fence_plainly = true;
    BOOST_TEST(first_finding(bugs, 400) != "");
    bugs.is_only_judged_by_loss = true;
    BOOST_TEST(first_finding(bugs, 1000) != "");
}

BOOST_AUTO_TEST_CASE(an_adoption_in_two_transactions_is_found) {
    planted_bugs bugs;
    bugs.splits_adoption = true;
    BOOST_TEST(first_finding(bugs, 400) != "");
}

BOOST_AUTO_TEST_CASE(a_take_over_by_the_servers_clock_is_found) {
    planted_bugs bugs;
    bugs.asks_database_clock = true;
    BOOST_TEST(first_finding(bugs, 200) != "");
}

BOOST_AUTO_TEST_CASE(segments_that_are_made_without_a_fence_are_found) {
    planted_bugs bugs;
    bugs.prepares_unfenced = true;
    BOOST_TEST(first_finding(bugs, 400) != "");
}

// Whoever wakes up writes before it drops, and finds the fence there: histories do not meet it. So
// one by hand, in which the statement itself is late: it reaches the server when another reads the
// log.
BOOST_AUTO_TEST_CASE(a_drop_without_a_fence_is_found) {
    for (bool const is_planted : {false, true}) {
        planted_bugs bugs;
        bugs.drops_unfenced = is_planted;
        std::mt19937_64 random(1);
        true_time now{};
        simulated_database db(random, now, bugs);
        auto const member = db.insert_member("a", 1);
        BOOST_REQUIRE(member);
        bool const is_cut = false;
        log_owner const owner{member->log, 1, 1};
        simulated_log_worker worker(db, random, now, is_cut, bugs, owner);
        sluice::queue::segment_ref const segment{sluice::queue::segment_kind::journal, 1};
        BOOST_TEST(!worker.run({sluice::queue::prepare_job{segment, "header", 0}}).error);
        db.run_later(std::chrono::seconds(5), [&] { (void)db.remove(owner, {{}, segment}); });
        auto const taken = db.claim(member->log, member->renewals, member->log + 1);
        BOOST_TEST((taken == simulated_database::change::done));
        now += std::chrono::seconds(5);
        db.run();
        BOOST_TEST(db.violations().empty() == !is_planted);
        BOOST_TEST((db.state().logs.at(owner.log).count(segment) == 1) == !is_planted);
    }
}

BOOST_AUTO_TEST_CASE(an_old_log_that_pauses_or_resumes_is_found) {
    planted_bugs bugs;
    bugs.believes_old_logs = true;
    BOOST_TEST(first_finding(bugs, 400) != "");
}

BOOST_AUTO_TEST_CASE(a_start_without_reading_the_lanes_is_found) {
    planted_bugs bugs;
    bugs.reads_no_lanes_at_start = true;
    BOOST_TEST(first_finding(bugs, 400) != "");
}

BOOST_AUTO_TEST_CASE(whoever_wakes_up_and_does_not_look_first_is_found) {
    planted_bugs bugs;
    bugs.trusts_old_looks = true;
    BOOST_TEST(first_finding(bugs, 400) != "");
}

BOOST_AUTO_TEST_CASE(a_stock_of_permits_is_found) {
    planted_bugs bugs;
    bugs.counts_decrease_at_once = true;
    BOOST_TEST(first_finding(bugs, 400) != "");
}

BOOST_AUTO_TEST_CASE(a_slot_that_moves_too_early_is_found) {
    planted_bugs bugs;
    bugs.moves_slots_early = true;
    BOOST_TEST(first_finding(bugs, 400) != "");
}

BOOST_AUTO_TEST_CASE(a_home_that_takes_any_forward_is_found) {
    planted_bugs bugs;
    bugs.takes_any_forward = true;
    BOOST_TEST(first_finding(bugs, 400) != "");
}

BOOST_AUTO_TEST_CASE(an_end_that_is_not_looked_up_behind_a_new_connection_is_found) {
    planted_bugs bugs;
    bugs.skips_check_of_end = true;
    BOOST_TEST(first_finding(bugs, 200) != "");
}

BOOST_AUTO_TEST_CASE(claims_without_an_epoch_are_found) {
    planted_bugs bugs;
    bugs.claims_without_epoch = true;
    BOOST_TEST(first_finding(bugs, 400) != "");
}

BOOST_AUTO_TEST_CASE(claims_that_count_before_their_record_is_safe_are_found) {
    planted_bugs bugs;
    bugs.counts_claims_early = true;
    BOOST_TEST(first_finding(bugs, 400) != "");
}

BOOST_AUTO_TEST_CASE(claims_that_a_late_copy_makes_anew_are_found) {
    planted_bugs bugs;
    bugs.repeats_claim_jobs = true;
    BOOST_TEST(first_finding(bugs, 1000) != "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cluster_test
