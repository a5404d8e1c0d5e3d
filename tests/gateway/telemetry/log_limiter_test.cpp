#include "gateway/telemetry/log_limiter.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace log_limiter_test {

using namespace sluice::gateway::telemetry;
using namespace std::chrono_literals;

namespace {

using limiter_type = sluice::gateway::telemetry::log_limiter;

struct fixture {
    limiter_type limiter{2};
    limiter_type::time_point now{1000s};
    std::vector<suppression> ended;

    int admitted_of(int lines, std::string_view kind = "k") {
        int admitted = 0;
        for (int i = 0; i < lines; ++i)
            admitted += limiter.admit(kind, now, ended) ? 1 : 0;
        return admitted;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(log_limiter, fixture)

BOOST_AUTO_TEST_CASE(lines_above_the_rate_are_held_back_until_the_second_is_over) {
    BOOST_TEST(admitted_of(5) == 2);
    now += 999ms;
    BOOST_TEST(admitted_of(1) == 0);
    BOOST_TEST(ended.empty());
    now += 1ms;
    BOOST_TEST(admitted_of(3) == 2);
    BOOST_REQUIRE_EQUAL(ended.size(), 1u);
    BOOST_TEST(ended[0].kind == "k");
    BOOST_TEST(ended[0].held_back == 4u);
    BOOST_TEST(limiter.suppressed() == 5u);
}

BOOST_AUTO_TEST_CASE(kinds_do_not_share_their_budget) {
    BOOST_TEST(admitted_of(3, "a") == 2);
    BOOST_TEST(admitted_of(3, "b") == 2);
}

BOOST_AUTO_TEST_CASE(a_kind_that_falls_silent_is_reported_by_take_ended) {
    admitted_of(5);
    BOOST_TEST(limiter.take_ended(now + 999ms).empty());
    auto const taken = limiter.take_ended(now + 1s);
    BOOST_REQUIRE_EQUAL(taken.size(), 1u);
    BOOST_TEST(taken[0].held_back == 3u);
    BOOST_TEST(limiter.take_ended(now + 2s).empty());
}

BOOST_AUTO_TEST_CASE(take_all_does_not_wait_for_the_second) {
    admitted_of(3);
    BOOST_TEST(limiter.take_all().size() == 1u);
}

BOOST_AUTO_TEST_CASE(no_limit_admits_everything) {
    limiter_type open(0);
    for (int i = 0; i < 100; ++i)
        BOOST_TEST(open.admit("k", now, ended));
    BOOST_TEST(open.suppressed() == 0u);
}

BOOST_AUTO_TEST_CASE(kinds_beyond_the_bound_share_one_budget) {
    for (std::size_t i = 0; i < limiter_type::max_kinds; ++i)
        BOOST_TEST(limiter.admit("kind " + std::to_string(i), now, ended));
    BOOST_TEST(admitted_of(1, "new a") == 1);
    BOOST_TEST(admitted_of(1, "new b") == 1);
    BOOST_TEST(admitted_of(1, "new c") == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace log_limiter_test
