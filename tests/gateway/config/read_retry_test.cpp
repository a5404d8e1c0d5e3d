#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::read_retry_test {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view minimal =
    "[[destination]]\nname = \"d\"\nurl = \"https://example.com/\"\n";

using budget = queue::retry_budget_options;

destination load_with(std::string_view more) {
    return load_good(std::string(minimal).append(more)).destinations.at(0);
}

} // namespace

BOOST_AUTO_TEST_SUITE(read_retry)

BOOST_AUTO_TEST_CASE(the_default_is_the_standard_webhooks_ladder) {
    auto const retry = load_with("").pace.retry;
    std::vector<std::chrono::milliseconds> const ladder{5s,  5min, 30min, 2h, 5h,
                                                        10h, 14h,  20h,   24h};
    BOOST_TEST((retry.schedule == ladder));
    BOOST_TEST(retry.max_attempts == 10U);
    BOOST_TEST(retry.jitter == 0.2);
    BOOST_TEST(!retry.max_age);
}

BOOST_AUTO_TEST_CASE(a_schedule_allows_one_attempt_more_than_it_has_delays) {
    BOOST_TEST(load_with("retry = { schedule = [\"1s\", \"2s\"] }\n").pace.retry.max_attempts ==
               3U);
    BOOST_TEST(load_with("retry = { max_attempts = 1 }\n").pace.retry.max_attempts == 1U);
    // The last delay repeats.
    BOOST_TEST(
        load_with("retry = { schedule = [1], max_attempts = 9 }\n").pace.retry.max_attempts == 9U);
}

BOOST_AUTO_TEST_CASE(a_backoff_has_its_own_defaults) {
    auto const retry = load_with("retry = { min_backoff = \"2s\" }\n").pace.retry;
    BOOST_TEST(retry.schedule.empty());
    BOOST_TEST((retry.min_backoff == 2s));
    BOOST_TEST((retry.max_backoff == 1h));
    BOOST_TEST(retry.multiplier == 2.0);
    BOOST_TEST(retry.max_attempts == 10U);
}

BOOST_AUTO_TEST_CASE(broken_policies_are_reported) {
    broken const table[] = {
        {"retry = { jitter = §1.5 }\n", "must be between 0 and 1"},
        {"retry = { jitter = §-0.1 }\n", "must be between 0 and 1"},
        {"retry = { jitter = §nan }\n", "must be between 0 and 1"},
        {"retry = { jitter = §\"much\" }\n", "must be a number, not a string"},
        {"retry = { schedule = §[] }\n", "must not be empty"},
        {"retry = { schedule = §\"5s\" }\n", "must be an array of durations, not a string"},
        {"retry = { schedule = [\"5s\", §\"soon\"] }\n", "must be a duration such as"},
        {"retry = { schedule = [§\"0s\"] }\n", "must be between 1ms and"},
        {"retry = { schedule = §[\"5s\"], min_backoff = \"1s\" }\n",
         "cannot stand beside min_backoff"},
        {"retry = { min_backoff = \"1m\", max_backoff = §\"1s\" }\n",
         "must not be shorter than min_backoff, which is 1m"},
        {"retry = { multiplier = §0.5 }\n", "must be between 1 and 100"},
        {"retry = { max_attempts = §0 }\n", "must be between 1 and 10000"},
        {"retry = { max_age = §\"never\" }\n", "must be a duration such as"},
        {"retry = { §attempts = 3 }\n", "unknown key"},
        {"retry_budget = { share = §1.5 }\n", "must be between 0 and 1"},
        {"retry_budget = { share = §-0.1 }\n", "must be between 0 and 1"},
        {"retry_budget = { least = §0 }\n", "must be between 1 and 1000000"},
        {"retry_budget = { §leats = 5 }\n", "did you mean \"least\"?"},
        {"retry_budget = §0.2\n", "must be a table"},
        {"breaker = { failures = §0 }\n", "must be between 1 and"},
        {"breaker = { open_for = \"1m\", max_open_for = §\"1s\" }\n",
         "must not be shorter than open_for, which is 1m"},
        {"breaker = { failure_share = §1.5 }\n", "must be between 0.01 and 1"},
        {"breaker = { failure_share = 0.5, window = §\"1ms\" }\n", "must be between 1s and 1h"},
        {"breaker = { §opens_for = \"1m\" }\n", "did you mean \"open_for\"?"},
    };
    expect_broken(table, minimal);
}

BOOST_AUTO_TEST_CASE(a_schedule_that_is_cut_short_is_a_warning) {
    broken const table[] = {
        {"retry = { schedule = [\"1s\", \"2s\", \"3s\"], max_attempts = §2 }\n",
         "its 3 delays would be used with 4"},
    };
    expect_broken(table, minimal, severity::warning);
}

BOOST_AUTO_TEST_CASE(no_jitter_is_allowed) {
    BOOST_TEST(load_with("retry = { jitter = 0.0 }\n").pace.retry.jitter == 0.0);
    BOOST_TEST(load_with("retry = { jitter = 1 }\n").pace.retry.jitter == 1.0);
}

BOOST_AUTO_TEST_CASE(the_retry_budget_is_the_destinations_own) {
    BOOST_TEST((load_with("").pace.retry_budget == budget{0.2, 10}));
    BOOST_TEST((load_with("retry_budget = {}\n").pace.retry_budget == budget{0.2, 10}));
    BOOST_TEST((load_with("retry_budget = { share = 0.5, least = 3 }\n").pace.retry_budget ==
                budget{0.5, 3}));
    broken const table[] = {
        {"retry_budget = { share = 1, least = §5 }\n", "has no effect with share = 1"},
    };
    expect_broken(table, minimal, severity::warning);
}

BOOST_AUTO_TEST_CASE(a_breaker_opens_by_a_row_or_by_a_share_or_by_both) {
    auto const share = load_with("breaker = { failure_share = 0.5 }\n").pace.breaker.value();
    BOOST_TEST(share.failures == 0U);
    BOOST_TEST(share.failure_share == 0.5);
    BOOST_TEST((share.window == 30s));
    BOOST_TEST(share.min_attempts == 20U);
    auto const both = load_with("breaker = { failures = 9, failure_share = 1, window = \"5m\", "
                                "min_attempts = 100 }\n")
                          .pace.breaker.value();
    BOOST_TEST(both.failures == 9U);
    BOOST_TEST((both.window == 5min));
    BOOST_TEST(both.min_attempts == 100U);
    BOOST_TEST(load_with("breaker = {}\n").pace.breaker->failure_share == 0.0);
    broken const table[] = {
        {"breaker = { window = §\"1m\" }\n", "has no effect without \"failure_share\""},
    };
    expect_broken(table, minimal, severity::warning);
}

BOOST_AUTO_TEST_CASE(a_breaker_backs_off_only_where_it_is_told) {
    auto const plain = load_with("breaker = { failures = 3, open_for = \"10s\" }\n");
    BOOST_TEST((plain.pace.breaker->max_open_for == 10s));
    auto const growing = load_with("breaker = { open_for = \"10s\", max_open_for = \"5m\" }\n");
    BOOST_TEST((growing.pace.breaker->max_open_for == 5min));
    BOOST_TEST(growing.pace.breaker->failures == 5U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::read_retry_test
