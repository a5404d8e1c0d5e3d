#include "tests/queue/core/share_rig.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace share_keeper_test {

using namespace sluice::queue;
using namespace sluice::tests;

constexpr double floods = 1000;

shared_destination fast(std::string name = "shop") {
    return {std::move(name), {200, 20, 10}, 20ms};
}

// What nobody may ever break, whatever else a test is about.
void check(share_rig const& rig) {
    BOOST_TEST(rig.violations().empty(),
               (rig.violations().empty() ? "" : rig.violations().front()));
}

BOOST_AUTO_TEST_SUITE(share_keeper)

BOOST_AUTO_TEST_CASE(one_gateway_has_all_of_it) {
    share_rig rig(1, {fast()});
    rig.demand(rig.start(), "shop", floods);
    rig.run(3s);
    auto const before = rig.sent("shop");
    rig.run(10s);
    BOOST_TEST(rig.sent("shop") - before >= 1990u);
    check(rig);
}

BOOST_AUTO_TEST_CASE(two_that_want_all_have_half_each_and_write_nothing_more) {
    share_rig rig(2, {fast()});
    rig.demand(rig.start(), "shop", floods);
    rig.demand(rig.start(), "shop", floods);
    rig.run(5s);
    auto const before = rig.sent("shop");
    auto const first = rig.sent(0, "shop");
    auto const writes = rig.writes();
    rig.run(20s);
    auto const sent = rig.sent("shop") - before;
    BOOST_TEST_MESSAGE(sent << " of 4,000");
    BOOST_TEST(sent >= 3980u); // what is lost in a real program is not lost here
    BOOST_TEST(rig.sent(0, "shop") - first >= sent * 48 / 100);
    BOOST_TEST(rig.sent(0, "shop") - first <= sent * 52 / 100);
    BOOST_TEST(rig.writes() <= writes + 2);
    BOOST_TEST(rig.statements() < 80u); // a look a second of each, and the first ones
    check(rig);
}

BOOST_AUTO_TEST_CASE(what_one_does_not_use_goes_to_the_others) {
    share_rig rig(3, {fast()});
    for (int i = 0; i < 3; ++i)
        rig.start();
    rig.demand(0, "shop", floods);
    rig.demand(1, "shop", 20);
    rig.run(10s);
    auto const before = rig.sent("shop");
    auto const second = rig.sent(1, "shop");
    rig.run(20s);
    BOOST_TEST(rig.sent("shop") - before >= 3920u);
    BOOST_TEST(rig.sent(1, "shop") - second >= 390u); // all that it has
    check(rig);
}

BOOST_AUTO_TEST_CASE(work_that_moves_takes_the_shares_with_it) {
    share_rig rig(4, {fast()});
    rig.start();
    rig.start();
    for (int turn = 0; turn < 6; ++turn) {
        std::size_t const busy = turn % 2;
        rig.demand(busy, "shop", 190);
        rig.demand(1 - busy, "shop", 0);
        auto const before = rig.sent("shop");
        rig.run(10s);
        // Of 1,900: two to three seconds go by until all of it has followed. What the other has yet
        // to send it goes on sending.
        BOOST_TEST(rig.sent("shop") - before >= 1300u);
    }
    check(rig);
}

BOOST_AUTO_TEST_CASE(a_first_call_where_nobody_is_busy_does_not_wait_for_anybody) {
    share_rig rig(5, {fast()});
    rig.start();
    rig.start();
    rig.demand(0, "shop", 10);
    rig.run(3s);
    rig.demand(1, "shop", 200);
    rig.run(200ms); // two round trips
    BOOST_TEST(rig.sent(1, "shop") > 0u);
    check(rig);
}

BOOST_AUTO_TEST_CASE(the_parts_of_the_dead_are_free_when_their_lease_has_ended) {
    share_rig rig(6, {fast()});
    for (int i = 0; i < 3; ++i)
        rig.demand(rig.start(), "shop", floods);
    rig.run(5s);
    rig.kill(0);
    rig.kill(2);
    rig.run(5s);
    auto const before = rig.sent("shop");
    rig.run(10s);
    BOOST_TEST_MESSAGE(rig.sent("shop") - before << " of 2,000");
    BOOST_TEST(rig.sent("shop") - before >= 1990u);
    check(rig);
}

BOOST_AUTO_TEST_CASE(the_good_bye_of_a_gateway_frees_its_part_at_once) {
    share_rig rig(7, {fast()});
    rig.demand(rig.start(), "shop", floods);
    rig.demand(rig.start(), "shop", floods);
    rig.run(5s);
    rig.stop(0);
    rig.run(1100ms);
    auto const before = rig.sent("shop");
    rig.run(10s);
    BOOST_TEST(rig.sent("shop") - before >= 1960u);
    check(rig);
}

BOOST_AUTO_TEST_CASE(without_the_database_each_goes_on_with_what_it_holds) {
    share_rig rig(8, {fast()});
    rig.demand(rig.start(), "shop", floods);
    rig.demand(rig.start(), "shop", floods);
    rig.run(5s);
    rig.cut(0, 2s); // less than its lease
    rig.cut(1, 2s);
    auto const before = rig.sent("shop");
    rig.run(2s);
    BOOST_TEST(rig.sent("shop") - before >= 380u);
    check(rig);
}

BOOST_AUTO_TEST_CASE(what_is_less_than_one_for_each_is_passed_round) {
    // A burst of one token, then a single slot; five that want it.
    for (auto const& whole : {lane_whole{200, 1, 10}, lane_whole{0, 0, 1}, lane_whole{50, 2, 3}}) {
        share_rig rig(9, {{"shop", whole, 20ms}});
        for (int i = 0; i < 5; ++i)
            rig.demand(rig.start(), "shop", floods);
        rig.run(60s);
        for (std::size_t i = 0; i < 5; ++i)
            BOOST_TEST(rig.sent(i, "shop") >= rig.sent("shop") / 20);
        check(rig);
    }
}

BOOST_AUTO_TEST_CASE(a_single_token_that_is_passed_round_is_used_to_98_percent) {
    share_rig rig(10, {{"shop", {200, 1, 10}, 20ms}});
    for (int i = 0; i < 3; ++i)
        rig.demand(rig.start(), "shop", floods);
    rig.run(5s);
    auto const before = rig.sent("shop");
    rig.run(60s);
    BOOST_TEST(rig.sent("shop") - before >= 11'760u);
    check(rig);
}

BOOST_AUTO_TEST_CASE(who_has_no_work_passes_a_single_slot_on_within_a_second) {
    share_rig rig(11, {{"shop", {0, 0, 1}, 20ms}});
    rig.start();
    rig.start();
    rig.demand(0, "shop", 20);
    rig.run(3s);
    rig.demand(0, "shop", 0);
    rig.run(1s);
    rig.demand(1, "shop", 20);
    rig.run(1300ms);
    BOOST_TEST(rig.sent(1, "shop") > 0u);
    check(rig);
}

BOOST_AUTO_TEST_CASE(a_token_goes_along_with_what_is_passed_on) {
    // One a minute: who gets the seat of an idle one need not wait a minute for a first token.
    shared_destination slow{"shop", {1, 1, 1}, 20ms};
    share_rig rig(12, {slow});
    rig.start();
    rig.start();
    rig.demand(0, "shop", 1000);
    rig.run(100ms);
    rig.demand(0, "shop", 0);
    BOOST_TEST(rig.sent("shop") >= 1u);
    check(rig);
}

BOOST_AUTO_TEST_CASE(a_whole_that_becomes_smaller_is_kept_within_seconds) {
    share_rig rig(13, {fast()});
    rig.demand(rig.start(), "shop", floods);
    rig.demand(rig.start(), "shop", floods);
    rig.run(5s);
    rig.change("shop", {50, 5, 3}); // judged from five seconds after it
    rig.run(20s);
    rig.change("shop", {200, 20, 10});
    rig.run(8s);
    auto const before = rig.sent("shop");
    rig.run(10s);
    BOOST_TEST(rig.sent("shop") - before >= 1960u);
    check(rig);
}

BOOST_AUTO_TEST_CASE(many_destinations_cost_two_statements_a_second) {
    std::vector<shared_destination> many;
    for (int i = 0; i < 300; ++i)
        many.push_back(fast("d" + std::to_string(i)));
    share_rig rig(14, many);
    rig.start();
    rig.start();
    for (auto const& each : many) {
        rig.demand(0, each.name, 3);
        rig.demand(1, each.name, 3);
    }
    rig.run(5s);
    auto const before = rig.statements();
    rig.run(10s);
    BOOST_TEST(rig.statements() - before <= 44u); // of both: a look a second, hardly a write
    check(rig);
}

// Whatever happens, for two to five gateways.
void live(share_rig& rig, std::uint64_t seed, std::vector<std::string> const& names) {
    std::mt19937_64 random(seed * 7919);
    auto const some = [&](unsigned most) { return std::chrono::milliseconds(random() % most); };
    for (auto n = 2 + seed % 4; n > 0; --n)
        rig.start();
    for (int i = 0; i < 60 && rig.violations().empty(); ++i) {
        auto const one = random() % rig.members();
        if (random() % 4 == 0) rig.drop_unused();
        switch (random() % 12) {
        case 0:
            if (random() % 2) rig.kill(one);
            break;
        case 1:
            if (rig.members() < 12) rig.start();
            break;
        case 2:
            rig.freeze(one, some(6000));
            break;
        case 3:
            rig.cut(one, some(6000));
            break;
        case 4:
            if (rig.is_up(one) && random() % 3 == 0) rig.stop(one);
            break;
        case 5:
            rig.trouble(random() % 2 ? 30 : 5);
            break;
        default: {
            constexpr double loads[] = {0, 0, 5, 60, 150, floods};
            rig.demand(one, names[random() % names.size()], loads[random() % 6]);
        }
        }
        rig.run(some(random() % 3 ? 400 : 3000));
    }
}

std::vector<shared_destination> assorted() {
    return {fast("shop"),
            {"slow", {5, 1, 4}, 200ms},
            {"single", {0, 0, 1}, 50ms},
            {"wide", {0, 0, 64}, 300ms},
            {"tight", {100, 2, 3}, 20ms}};
}
std::vector<std::string> const all_names{"shop", "slow", "single", "wide", "tight"};

BOOST_AUTO_TEST_CASE(no_history_exceeds_a_whole_and_all_is_used_when_it_is_over) {
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            share_rig rig(seed, assorted());
            live(rig, seed, all_names);
            // Quiet: everybody gets something, and everything is used.
            rig.trouble(0);
            auto const fresh = rig.start();
            std::vector<std::size_t> up;
            for (std::size_t i = 0; i < rig.members(); ++i) {
                rig.freeze(i, 0ms);
                rig.cut(i, 0ms);
                if (!rig.is_up(i)) continue;
                up.push_back(i);
                for (auto const& name : all_names)
                    rig.demand(i, name, floods);
            }
            rig.run(8s); // leases end, the last late writes come
            up.erase(std::remove_if(up.begin(), up.end(), [&](auto i) { return !rig.is_up(i); }),
                     up.end());
            std::map<std::string, std::uint64_t> before;
            std::map<std::string, std::uint64_t> of_fresh;
            for (auto const& name : all_names) {
                before[name] = rig.sent(name);
                of_fresh[name] = rig.sent(fresh, name);
            }
            rig.run(std::chrono::seconds(20 + 6 * up.size()));
            auto const seconds = static_cast<double>(20 + 6 * up.size());
            BOOST_TEST(static_cast<double>(rig.sent("shop") - before["shop"]) >= 196 * seconds);
            for (auto const& name : all_names)
                BOOST_TEST(rig.sent(fresh, name) > of_fresh[name], name << " " << rig.book(name));
            check(rig);
            if (!rig.violations().empty()) return;
        }
    }
}

BOOST_AUTO_TEST_CASE(a_row_that_was_dropped_is_made_anew_with_another_version) {
    share_rig rig(15, {fast()});
    rig.start();
    rig.start();
    rig.demand(0, "shop", floods);
    rig.run(2s);
    auto const first = rig.version("shop");
    rig.demand(0, "shop", 0);
    rig.demand(1, "shop", floods);
    rig.run(40s); // what was in line is sent, and the first gives all away
    rig.stop(0);
    rig.demand(1, "shop", 0);
    rig.run(40s);
    rig.stop(1);
    rig.run(6s);
    rig.drop_unused();
    BOOST_TEST(rig.dropped() == 1u);
    BOOST_TEST(rig.book("shop") == "");
    rig.demand(rig.start(), "shop", floods);
    rig.run(1s);
    BOOST_TEST(rig.version("shop") > first + 1'000'000);
    check(rig);
}

// How many histories of some show a planted bug.
int found(share_bug bug) {
    int seen = 0;
    for (std::uint64_t seed = 1; seed <= 15; ++seed) {
        share_rig rig(seed, assorted(), bug);
        live(rig, seed, all_names);
        seen += !rig.violations().empty();
    }
    return seen;
}

BOOST_AUTO_TEST_CASE(planted_bugs_are_found) {
    BOOST_TEST(found(share_bug::stock) > 0);
    BOOST_TEST(found(share_bug::under_way) > 0);
    BOOST_TEST(found(share_bug::minted) > 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace share_keeper_test
