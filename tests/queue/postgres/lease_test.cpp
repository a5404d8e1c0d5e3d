// The rules of leases, as transcripts: every line is what one gateway sees at a time of its clock.
#include "queue/postgres/lease.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <vector>

namespace lease_test {

using namespace std::chrono_literals;
using namespace sluice::queue::postgres;

constexpr boot_time start{1000s};
constexpr std::uint32_t other = 7;

// A gateway that has just joined, with a lease of 15 s: it renews every 5 s and looks every second.
struct fixture {
    lease_options const options{15s, 60s};
    lease mine{options, start};
    bool is_stopped = false;
    std::chrono::milliseconds other_lease = 15s;

    // At `at`, answered 10 ms later: the other's counter stands at `renewals`. Is it dead?
    bool look(std::chrono::milliseconds at, std::int64_t renewals) {
        std::vector<sighting> const all{{other, renewals, is_stopped, other_lease}};
        auto const dead = mine.look(start + at, start + at + 10ms, all);
        if (dead.empty()) return false;
        BOOST_TEST(dead.front().log == other);
        BOOST_TEST(dead.front().renewals == renewals);
        BOOST_TEST(dead.front().was_stopped == is_stopped);
        return true;
    }

    // Renews and looks as the membership does, from `from` until before `to`; the first look that
    // finds the other dead, or nothing.
    std::optional<std::chrono::milliseconds>
    live(std::chrono::milliseconds from, std::chrono::milliseconds to, std::int64_t renewals) {
        for (auto at = from; at < to; at += 100ms) {
            auto const now = start + at;
            if (now >= mine.next_renewal()) mine.renewed(now);
            if (now >= mine.next_look() && look(at, renewals)) return at;
        }
        return {};
    }
};

BOOST_FIXTURE_TEST_SUITE(lease_rules, fixture)

BOOST_AUTO_TEST_CASE(a_lease_runs_from_when_its_renewal_was_sent) {
    BOOST_TEST((options.renew_every() == 5s));
    BOOST_TEST((options.look_every() == 1s));
    BOOST_TEST((options.margin() == 1s));
    BOOST_TEST(mine.holds(start + 13'999ms));
    BOOST_TEST(!mine.holds(start + 14s));
    mine.renewed(start + 5s); // whenever its answer came
    BOOST_TEST((mine.next_renewal() == start + 10s));
    BOOST_TEST((mine.deadline() == start + 19s));
}

BOOST_AUTO_TEST_CASE(a_late_renewal_makes_a_lease_again) {
    BOOST_TEST(!mine.holds(start + 60s));
    mine.renewed(start + 60s);
    BOOST_TEST(mine.holds(start + 61s));
}

BOOST_AUTO_TEST_CASE(the_shortest_lease_leaves_time_to_renew) {
    lease_options const shortest{2s, 0s};
    BOOST_TEST((shortest.margin() == 200ms));
    BOOST_TEST((shortest.renew_every() * 2 < shortest.lease - shortest.margin()));
}

BOOST_AUTO_TEST_CASE(one_whose_counter_stands_still_for_a_lease_is_dead) {
    BOOST_TEST(!look(0ms, 4));
    BOOST_TEST(mine.is_alive(other));
    auto const dead_at = live(1s, 60s, 4);
    BOOST_REQUIRE(dead_at.has_value());
    // Seen first when the answer came, 10 ms after the start; not a second later than need be.
    BOOST_TEST((*dead_at >= 15'010ms && *dead_at <= 15'200ms));
    BOOST_TEST(!mine.is_alive(other));
}

BOOST_AUTO_TEST_CASE(one_that_renews_lives) {
    std::int64_t renewals = 0;
    for (auto at = 0ms; at < 120s; at += 5s)
        BOOST_TEST(!live(at, at + 5s, ++renewals));
    BOOST_TEST(mine.is_alive(other));
}

BOOST_AUTO_TEST_CASE(a_counter_that_jumps_back_is_one_that_moved) {
    BOOST_TEST(!live(0s, 14s, 9));
    BOOST_TEST(!live(14s, 28s, 8)); // a standby without the last renewal was promoted
    BOOST_TEST(live(28s, 40s, 8).has_value());
}

BOOST_AUTO_TEST_CASE(the_longer_lease_of_both_counts) {
    other_lease = 30s;
    auto const dead_at = live(0s, 60s, 4);
    BOOST_REQUIRE(dead_at.has_value());
    BOOST_TEST((*dead_at >= 30s));
}

BOOST_AUTO_TEST_CASE(an_outage_longer_than_the_lease_makes_nobody_dead) {
    BOOST_TEST(!live(0s, 10s, 4));
    mine.missed(); // nobody can reach the database for a minute
    auto const back = 70s;
    BOOST_TEST(!mine.holds(start + back));
    mine.renewed(start + back);
    // The other comes to its renewal a little later than we do.
    BOOST_TEST(!live(back, back + 4s, 4));
    BOOST_TEST(!live(back + 4s, back + 18s, 5));
    BOOST_TEST(mine.is_alive(other));
}

BOOST_AUTO_TEST_CASE(a_short_outage_begins_the_watch_anew) {
    BOOST_TEST(!live(0s, 14s, 4));
    mine.missed();
    auto const dead_at = live(15s, 60s, 4);
    BOOST_REQUIRE(dead_at.has_value());
    BOOST_TEST((*dead_at >= 30s));
}

BOOST_AUTO_TEST_CASE(whoever_wakes_up_after_a_long_sleep_judges_nobody) {
    BOOST_TEST(!live(0s, 10s, 4));
    // Frozen for three leases; the first thing it does is to look.
    BOOST_TEST(!mine.holds(start + 55s));
    BOOST_TEST(!look(55s, 4));
    mine.renewed(start + 55s);
    BOOST_TEST(!live(55'100ms, 69s, 4));
    BOOST_TEST(live(69s, 75s, 4).has_value());
}

BOOST_AUTO_TEST_CASE(whoever_has_no_lease_judges_nobody) {
    // Its looks are answered, its renewals are not.
    for (auto at = 0s; at < 100s; at += 1s)
        BOOST_TEST(!look(at, 4));
}

BOOST_AUTO_TEST_CASE(an_answer_that_came_late_is_counted_from_its_coming) {
    std::vector<sighting> const all{{other, 4, false, 15s}};
    // Asked at 0 s, answered at 6 s: the counter may have moved until then.
    BOOST_TEST(mine.look(start, start + 6s, all).empty());
    mine.renewed(start + 6s);
    auto const dead_at = live(6s, 60s, 4);
    BOOST_REQUIRE(dead_at.has_value());
    BOOST_TEST((*dead_at >= 21s));
}

BOOST_AUTO_TEST_CASE(a_stopped_one_is_left_alone_until_rejoin) {
    is_stopped = true;
    auto const dead_at = live(0s, 120s, 4);
    BOOST_REQUIRE(dead_at.has_value());
    BOOST_TEST((*dead_at >= 60s && *dead_at <= 60'200ms));
    BOOST_TEST(!mine.is_alive(other));
}

BOOST_AUTO_TEST_CASE(one_that_comes_back_in_time_is_watched_anew) {
    is_stopped = true;
    BOOST_TEST(!live(0s, 50s, 4));
    is_stopped = false;
    BOOST_TEST(!live(50s, 60s, 5));
    BOOST_TEST(mine.is_alive(other));
    auto const dead_at = live(60s, 100s, 5);
    BOOST_REQUIRE(dead_at.has_value());
    BOOST_TEST((*dead_at >= 65s));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace lease_test
