#include "gateway/stress/sink/sink_behaviour.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <vector>

namespace sink_behaviour_test {

using namespace sluice::gateway::stress;
using namespace std::chrono_literals;

namespace {

constexpr int draws = 20'000;
constexpr std::uint64_t seed = 42;

std::map<unsigned, int> statuses_of(behaviour_options const& options) {
    BOOST_TEST_MESSAGE("seed " << seed);
    behaviour b(options, seed);
    std::map<unsigned, int> counts;
    for (int i = 0; i < draws; ++i)
        ++counts[b.next(0ms).status];
    return counts;
}

std::vector<double> sorted_delays_ms(latency_model model) {
    behaviour_options options;
    options.latency = std::move(model);
    behaviour b(options, seed);
    std::vector<double> delays;
    for (int i = 0; i < draws; ++i)
        delays.push_back(static_cast<double>(b.next(0ms).delay.count()) / 1000);
    std::sort(delays.begin(), delays.end());
    return delays;
}

} // namespace

BOOST_AUTO_TEST_SUITE(sink_behaviour)

BOOST_AUTO_TEST_CASE(certain_options_decide_alone) {
    struct {
        std::function<void(behaviour_options&)> set;
        std::chrono::milliseconds since_start;
        reaction expected;
    } const cases[] = {
        {[](auto&) {}, 0ms, {reaction::kind::answer, 200, 0us, {}}},
        {[](auto& o) {
             o.statuses = {{201, 1}};
         },
         0ms,
         {reaction::kind::answer, 201, 0us, {}}},
        {[](auto& o) { o.latency.values = {7ms}; }, 0ms, {reaction::kind::answer, 200, 7ms, {}}},
        {[](auto& o) { o.fail_rate = 1; }, 0ms, {reaction::kind::answer, 500, 0us, {}}},
        {[](auto& o) { o.fail_for = 10s; }, 9999ms, {reaction::kind::answer, 503, 0us, {}}},
        {[](auto& o) { o.fail_for = 10s; }, 10s, {reaction::kind::answer, 200, 0us, {}}},
        {[](auto& o) { o.hang_rate = 1; }, 0ms, {reaction::kind::hang, 0, 0us, {}}},
        {[](auto& o) { o.half_close_rate = 1; }, 0ms, {reaction::kind::half_close, 0, 0us, {}}},
        {[](auto& o) { o.slow_body = 3s; }, 0ms, {reaction::kind::answer, 200, 0us, {}, 3s}},
        {[](auto& o) { o.reset_rate = 1; }, 0ms, {reaction::kind::reset, 0, 0us, {}}},
        {[](auto& o) { o.reset_rate = o.hang_rate = o.fail_rate = 1; },
         0ms,
         {reaction::kind::reset, 0, 0us, {}}},
        {[](auto& o) { o.hang_rate = o.fail_rate = 1; }, 0ms, {reaction::kind::hang, 0, 0us, {}}},
        {[](auto& o) {
             o.fail_rate = 1;
             o.fail_for = 1s;
         },
         0ms,
         {reaction::kind::answer, 503, 0us, {}}},
    };
    for (auto const& c : cases) {
        behaviour_options options;
        c.set(options);
        auto const what = behaviour(options, seed).next(c.since_start);
        BOOST_TEST((what == c.expected), "status " << what.status);
    }
}

BOOST_AUTO_TEST_CASE(retry_after_comes_with_429_and_503_only) {
    behaviour_options options;
    options.retry_after = 3s;
    for (auto const& [status, is_told] :
         std::map<unsigned, bool>{{200, false}, {429, true}, {500, false}, {503, true}}) {
        options.statuses = {{status, 1}};
        BOOST_TEST(behaviour(options, seed).next(0ms).retry_after.has_value() == is_told);
    }
}

BOOST_AUTO_TEST_CASE(weights_are_shares_of_their_sum) {
    behaviour_options options;
    options.statuses = {{200, 90}, {503, 9}, {404, 1}};
    auto const counts = statuses_of(options);
    BOOST_TEST(counts.size() == 3u);
    BOOST_TEST(std::abs(counts.at(200) - 0.90 * draws) < 0.01 * draws);
    BOOST_TEST(std::abs(counts.at(503) - 0.09 * draws) < 0.01 * draws);
    BOOST_TEST(std::abs(counts.at(404) - 0.01 * draws) < 0.005 * draws);
}

BOOST_AUTO_TEST_CASE(a_fail_rate_is_a_share_of_all) {
    behaviour_options options;
    options.fail_rate = 0.1;
    BOOST_TEST(std::abs(statuses_of(options).at(500) - 0.1 * draws) < 0.01 * draws);
}

BOOST_AUTO_TEST_CASE(delays_follow_their_distribution) {
    using kind = latency_model::kind;
    auto const normal = sorted_delays_ms({kind::normal, {20ms, 5ms}});
    BOOST_TEST(std::abs(normal[draws / 2] - 20) < 0.5);
    BOOST_TEST(std::abs(normal[draws * 84 / 100] - 25) < 0.5);

    auto const log_normal = sorted_delays_ms({kind::log_normal, {20ms, 80ms}});
    BOOST_TEST(std::abs(log_normal[draws / 2] - 20) < 1);
    BOOST_TEST(std::abs(log_normal[draws * 84 / 100] - 80) < 5);

    auto const choice = sorted_delays_ms({kind::choice, {10ms, 30ms}});
    BOOST_TEST(choice.front() == 10);
    BOOST_TEST(choice.back() == 30);
    auto const short_ones = std::count(choice.begin(), choice.end(), 10);
    BOOST_TEST(std::abs(static_cast<double>(short_ones) - 0.5 * draws) < 0.02 * draws);
}

BOOST_AUTO_TEST_CASE(no_delay_is_negative) {
    auto const wide = sorted_delays_ms({latency_model::kind::normal, {1ms, 100ms}});
    BOOST_TEST(wide.front() == 0);
    BOOST_TEST(wide.back() > 100);
}

BOOST_AUTO_TEST_CASE(one_seed_gives_one_sequence) {
    behaviour_options options;
    options.statuses = {{200, 1}, {503, 1}};
    behaviour first(options, 7), again(options, 7), other(options, 8);
    bool is_other_different = false;
    for (int i = 0; i < 100; ++i) {
        auto const what = first.next(0ms);
        BOOST_TEST((again.next(0ms) == what));
        is_other_different = is_other_different || !(other.next(0ms) == what);
    }
    BOOST_TEST(is_other_different);
}

BOOST_AUTO_TEST_CASE(a_new_configuration_holds_from_the_next_request_on) {
    behaviour b({}, seed);
    BOOST_TEST(b.next(0ms).status == 200u);
    behaviour_options down;
    down.statuses = {{503, 1}};
    b.configure(down);
    BOOST_TEST(b.next(0ms).status == 503u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sink_behaviour_test
