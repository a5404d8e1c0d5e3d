#include "queue/core/lane_share.hpp"

#include <boost/test/unit_test.hpp>

namespace lane_share_test {

using namespace std::chrono_literals;
using namespace sluice::queue;

lane_options whole(std::uint64_t rate, std::uint64_t burst, std::uint32_t concurrency) {
    lane_options options;
    options.rate = rate;
    options.period = 1s;
    options.burst = burst;
    options.concurrency = concurrency;
    return options;
}

BOOST_AUTO_TEST_SUITE(lane_share)

BOOST_AUTO_TEST_CASE(one_member_has_all_of_it) {
    for (std::size_t const members : {0U, 1U}) {
        auto const got = share_of(whole(7, 5, 3), members);
        BOOST_TEST(got.rate == 7U);
        BOOST_TEST((got.period == 1s));
        BOOST_TEST(got.burst == 5U);
        BOOST_TEST(got.concurrency == 3U);
    }
}

BOOST_AUTO_TEST_CASE(three_members_have_a_third_each) {
    auto const got = share_of(whole(300, 30, 64), 3);
    BOOST_TEST(got.rate == 100U);
    BOOST_TEST((got.period == 1s));
    BOOST_TEST(got.burst == 10U);
    BOOST_TEST(got.concurrency == 21U);
}

BOOST_AUTO_TEST_CASE(together_they_reach_the_rate_and_never_exceed_it) {
    for (std::uint64_t rate = 1; rate < 50; ++rate) {
        for (std::size_t members = 1; members < 9; ++members) {
            auto const got = share_of(whole(rate, 1, 1), members);
            auto const in_an_hour = got.rate * std::uint64_t(1h / got.period) * members;
            BOOST_TEST(in_an_hour <= rate * 3600);
            BOOST_TEST(in_an_hour >= (rate - 1) * 3600);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_limited_stays_so) {
    auto const got = share_of(whole(0, 1, 64), 3);
    BOOST_TEST(got.rate == 0U);
}

BOOST_AUTO_TEST_CASE(each_may_send_something) {
    auto limits = whole(1, 1, 1);
    limits.adaptive = adaptive_options{1};
    auto const got = share_of(limits, 5);
    BOOST_TEST(got.rate == 1U);
    BOOST_TEST((got.period == 5s));
    BOOST_TEST(got.burst == 1U);
    BOOST_TEST(got.concurrency == 1U);
    auto wide = whole(0, 1, 64);
    wide.adaptive = adaptive_options{40};
    BOOST_TEST(share_of(wide, 4).adaptive->min == 16U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace lane_share_test
