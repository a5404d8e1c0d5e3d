#include "gateway/plan/call_rates.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>
#include <vector>

namespace call_rates_test {

using namespace sluice::gateway;

namespace {

using namespace sluice::gateway::config;
using namespace std::chrono_literals;

plan::call_rate::time_point const start{1h};

rate_limit limit(std::uint64_t count, std::chrono::milliseconds period) {
    return {count, period, count};
}

} // namespace

BOOST_AUTO_TEST_SUITE(call_rates)

BOOST_AUTO_TEST_CASE(a_whole_period_may_come_at_once_and_then_one_by_one) {
    plan::call_rate rate;
    for (int i = 0; i < 5; ++i)
        BOOST_TEST(!rate.take(limit(5, 10s), start));
    BOOST_TEST((rate.take(limit(5, 10s), start) == 2s));
    BOOST_TEST((rate.take(limit(5, 10s), start + 1s) == 1s)); // a refused call costs nothing
    BOOST_TEST(!rate.take(limit(5, 10s), start + 2s));
    BOOST_TEST((rate.take(limit(5, 10s), start + 2s) == 2s));
    for (int i = 0; i < 5; ++i)
        BOOST_TEST(!rate.take(limit(5, 10s), start + 1h));
    BOOST_TEST(rate.take(limit(5, 10s), start + 1h).has_value());
}

BOOST_AUTO_TEST_CASE(a_rate_that_does_not_divide_its_period_is_never_exceeded) {
    plan::call_rate rate;
    int taken = 0;
    for (int ms = 0; ms < 10'000; ++ms) {
        if (!rate.take(limit(3, 1s), start + std::chrono::milliseconds(ms))) ++taken;
    }
    BOOST_TEST(taken <= 3 + 30);
    BOOST_TEST(taken >= 3 + 28);
}

BOOST_AUTO_TEST_CASE(threads_share_it_exactly) {
    plan::call_rate rate;
    std::atomic<int> taken = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 5'000; ++n) {
                if (!rate.take(limit(7'000, 1h), start)) ++taken;
            }
        });
    }
    for (auto& each : threads)
        each.join();
    BOOST_TEST(taken == 7'000);
}

BOOST_AUTO_TEST_CASE(an_account_keeps_its_counter) {
    sluice::gateway::plan::call_rates all;
    BOOST_TEST(all.of("163") == all.of("163"));
    BOOST_TEST(all.of("163") != all.of("164"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace call_rates_test
