#include "queue/core/retry_budget.hpp"

#include <boost/test/unit_test.hpp>

namespace retry_budget_test {

namespace {

using namespace sluice::queue;
using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr mono_time start{1h};

} // namespace

BOOST_AUTO_TEST_SUITE(retry_budget)

BOOST_AUTO_TEST_CASE(ten_retries_a_second_go_always) {
    sluice::queue::retry_budget budget;
    for (int second = 0; second < 30; ++second) {
        for (int i = 0; i < 10; ++i) {
            mono_time const now = start + second * 1s + i * 10ms;
            BOOST_TEST_REQUIRE(budget.allows(now));
            budget.on_retry(now);
        }
        BOOST_TEST_REQUIRE(!budget.allows(start + second * 1s + 100ms));
    }
}

BOOST_AUTO_TEST_CASE(share_and_least_are_the_lanes_own) {
    sluice::queue::retry_budget budget;
    budget.configure({.share = 0.5, .least = 2});
    budget.on_retry(start);
    BOOST_TEST(budget.allows(start));
    budget.on_retry(start);
    BOOST_TEST(!budget.allows(start));
    for (int i = 0; i < 3; ++i)
        budget.on_first_attempt(start);
    BOOST_TEST(budget.allows(start)); // three of six attempts
    budget.on_retry(start);
    BOOST_TEST(!budget.allows(start));
    budget.configure({.share = 0.6, .least = 2}); // what was counted stays
    BOOST_TEST(budget.available(start).value() == 1u);
    budget.configure({.share = 1, .least = 2});
    BOOST_TEST(!budget.available(start).has_value()); // no bound
    BOOST_TEST(budget.allows(start));
    BOOST_TEST((budget.ready_at(start, 1'000'000) == start));
    budget.configure({.share = 0, .least = 1});
    BOOST_TEST(!budget.allows(start));
    BOOST_TEST(budget.allows(start + 1s));
}

BOOST_AUTO_TEST_CASE(those_ahead_go_first_at_the_pace_of_the_floor) {
    sluice::queue::retry_budget budget;
    BOOST_TEST(budget.available(start).value() == 10u);
    BOOST_TEST((budget.ready_at(start, 9) == start));
    BOOST_TEST((budget.ready_at(start, 10) == start + 1s));
    for (int i = 0; i < 10; ++i)
        budget.on_retry(start);
    BOOST_TEST(budget.available(start).value() == 0u);
    BOOST_TEST((budget.ready_at(start, 9) == start + 1s));
    BOOST_TEST((budget.ready_at(start, 10) == start + 2s));
    BOOST_TEST((budget.ready_at(start, 995) == start + 100s));
}

BOOST_AUTO_TEST_CASE(it_says_when_the_next_may_go) {
    sluice::queue::retry_budget budget;
    BOOST_TEST((budget.ready_at(start) == start));
    for (int i = 0; i < 10; ++i)
        budget.on_retry(start + i * 20ms);
    mono_time const next = budget.ready_at(start + 500ms);
    BOOST_TEST((next == start + 1s));
    BOOST_TEST(budget.allows(next));
    BOOST_TEST((budget.ready_at(next) == next));
}

BOOST_AUTO_TEST_CASE(beyond_the_floor_retries_are_a_fifth_of_all_attempts) {
    sluice::queue::retry_budget budget;
    std::uint64_t first = 0;
    std::uint64_t retries = 0;
    // A thousand first attempts a second, and as many retries as may go.
    for (int i = 0; i < 60'000; ++i) {
        mono_time const now = start + i * 1ms;
        budget.on_first_attempt(now);
        ++first;
        while (budget.allows(now)) {
            budget.on_retry(now);
            ++retries;
        }
    }
    auto const fifth = (first + retries) / 5;
    BOOST_TEST(retries <= fifth + 10);
    BOOST_TEST(retries >= fifth - 100);
}

BOOST_AUTO_TEST_CASE(what_is_older_than_ten_seconds_does_not_count) {
    sluice::queue::retry_budget budget;
    for (int i = 0; i < 1000; ++i)
        budget.on_first_attempt(start);
    auto const burst = [&](mono_time now) {
        int sent = 0;
        for (; budget.allows(now); ++sent)
            budget.on_retry(now);
        return sent;
    };
    BOOST_TEST(burst(start + 9'900ms) == 250); // of 1,250 attempts
    BOOST_TEST(burst(start + 12s) == 10);      // the floor only: the first attempts are too old
    BOOST_TEST(burst(start + 40s) == 10);      // after a long silence too
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace retry_budget_test
