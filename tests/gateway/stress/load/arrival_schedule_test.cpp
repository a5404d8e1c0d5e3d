#include "gateway/stress/load/arrival_schedule.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

namespace arrival_schedule_test {

using namespace sluice::gateway::stress;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

std::vector<nanoseconds> all_of(rate_plan const& plan, arrivals kind = arrivals::even,
                                std::uint64_t seed = 1) {
    arrival_schedule schedule(plan, kind, seed);
    std::vector<nanoseconds> out;
    while (auto const at = schedule.next())
        out.push_back(*at);
    return out;
}

std::size_t count_between(std::vector<nanoseconds> const& all, nanoseconds from, nanoseconds to) {
    std::size_t count = 0;
    for (auto const at : all)
        count += at >= from && at < to ? 1 : 0;
    return count;
}

} // namespace

BOOST_AUTO_TEST_SUITE(arrival_schedule)

BOOST_AUTO_TEST_CASE(a_constant_rate_starts_at_once_and_keeps_its_gap) {
    auto const all = all_of(constant_rate(10, 1s));
    BOOST_REQUIRE(all.size() == 10u);
    for (std::size_t i = 0; i < all.size(); ++i)
        BOOST_TEST(std::abs((all[i] - static_cast<int>(i) * 100ms).count()) <= 1);
}

BOOST_AUTO_TEST_CASE(a_rate_below_one_is_possible) {
    auto const all = all_of(constant_rate(0.5, 10s));
    BOOST_REQUIRE(all.size() == 5u);
    BOOST_TEST((all.back() == 8s));
}

BOOST_AUTO_TEST_CASE(a_long_run_at_a_high_rate_does_not_drift) {
    auto const all = all_of(constant_rate(100'000, 10s));
    BOOST_TEST(all.size() == 1'000'000u);
    BOOST_TEST(std::abs((all[999'999] - 9'999'990us).count()) <= 10);
}

BOOST_AUTO_TEST_CASE(a_ramp_has_the_area_under_its_line) {
    auto const all = all_of({{100, 300, 10s}});
    BOOST_TEST(all.size() == 2000u);
    // In the first second the rate goes from 100 to 120, in the last from 280 to 300.
    BOOST_TEST(count_between(all, 0s, 1s) == 110u);
    BOOST_TEST(count_between(all, 9s, 10s) == 290u);
}

BOOST_AUTO_TEST_CASE(a_ramp_may_begin_or_end_at_nothing) {
    auto const up = all_of({{0, 100, 10s}});
    BOOST_TEST(up.size() == 500u);
    BOOST_TEST(count_between(up, 0s, 1s) == 5u);
    auto const down = all_of({{100, 0, 10s}});
    BOOST_TEST(down.size() == 500u);
    BOOST_TEST(count_between(down, 9s, 10s) == 5u);
}

BOOST_AUTO_TEST_CASE(steps_follow_one_another_without_a_gap) {
    auto const plan = parse_steps("10,100,50", 30s).value();
    auto const all = all_of(plan);
    BOOST_TEST(count_between(all, 0s, 10s) == 100u);
    BOOST_TEST(count_between(all, 10s, 20s) == 1000u);
    BOOST_TEST(count_between(all, 20s, 30s) == 500u);
}

BOOST_AUTO_TEST_CASE(times_never_go_back) {
    for (auto const kind : {arrivals::even, arrivals::poisson}) {
        auto const all = all_of({{5, 500, 3s}, {500, 0, 2s}, {40, 40, 1s}}, kind);
        for (std::size_t i = 1; i < all.size(); ++i)
            BOOST_REQUIRE((all[i] >= all[i - 1]));
        BOOST_TEST((all.back() < 6s));
    }
}

BOOST_AUTO_TEST_CASE(poisson_arrivals_have_the_rate_and_its_spread) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            auto const all = all_of(constant_rate(1000, 100s), arrivals::poisson, seed);
            // Five deviations of a Poisson count of 100,000.
            BOOST_TEST(std::abs(static_cast<double>(all.size()) - 100'000) < 5 * 317);
            // Gaps are exponential: the variance of counts in short spans is their mean.
            double squares = 0;
            std::size_t next = 0;
            for (auto span = 0ms; span < 100s; span += 100ms) {
                std::size_t count = 0;
                for (; next < all.size() && all[next] < span + 100ms; ++next)
                    ++count;
                squares += std::pow(static_cast<double>(count) - 100, 2);
            }
            BOOST_TEST(squares / 1000 > 75.0);
            BOOST_TEST(squares / 1000 < 125.0);
        }
    }
}

BOOST_AUTO_TEST_CASE(poisson_follows_a_ramp) {
    auto const all = all_of({{0, 2000, 10s}}, arrivals::poisson, 7);
    auto const early = static_cast<double>(count_between(all, 0s, 5s));
    auto const late = static_cast<double>(count_between(all, 5s, 10s));
    BOOST_TEST(std::abs(early - 2500) < 250);
    BOOST_TEST(std::abs(late - 7500) < 450);
}

BOOST_AUTO_TEST_CASE(one_seed_gives_one_sequence) {
    auto const plan = constant_rate(100, 5s);
    BOOST_CHECK(all_of(plan, arrivals::poisson, 3) == all_of(plan, arrivals::poisson, 3));
    BOOST_CHECK(all_of(plan, arrivals::poisson, 3) != all_of(plan, arrivals::poisson, 4));
}

BOOST_AUTO_TEST_CASE(a_plan_tells_its_rate_and_what_is_due) {
    rate_plan const plan{{100, 300, 10s}, {50, 50, 10s}};
    BOOST_TEST((duration_of(plan) == 20s));
    BOOST_TEST(rate_at(plan, 0s) == 100);
    BOOST_TEST(rate_at(plan, 5s) == 200);
    BOOST_TEST(rate_at(plan, 15s) == 50);
    BOOST_TEST(rate_at(plan, 20s) == 0);
    BOOST_TEST(expected_by(plan, 5s) == 750);
    BOOST_TEST(expected_by(plan, 12s) == 2100);
    BOOST_TEST(expected_by(plan, 99s) == 2500);
}

BOOST_AUTO_TEST_CASE(notations_are_read_and_others_refused) {
    BOOST_TEST(parse_arrival_rate("2.5").value() == 2.5);
    BOOST_CHECK(parse_ramp("1000:50000", 5s).value() == (rate_plan{{1000, 50000, 5s}}));
    for (auto const* wrong : {"", "0", "-1", "1e99", "12x", "nan", "inf"})
        BOOST_TEST(parse_arrival_rate(wrong).has_error(), wrong);
    for (auto const* wrong : {"", "5", "5:", ":5", "0:0", "5:6:7"})
        BOOST_TEST(parse_ramp(wrong, 5s).has_error(), wrong);
    for (auto const* wrong : {"", "5,", "5,0", "5,,6"})
        BOOST_TEST(parse_steps(wrong, 5s).has_error(), wrong);
    std::string many = "1";
    for (std::size_t i = 0; i < most_steps; ++i)
        many += ",1";
    BOOST_TEST(parse_steps(many, 5s).has_error());
    BOOST_TEST(parse_arrival_rate("x").error().message.find("\"x\"") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace arrival_schedule_test
