#include "queue/core/concurrency_limit.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

namespace concurrency_limit_test {

namespace {

using namespace sluice::queue;
using namespace std::chrono_literals;
using std::chrono::microseconds;

// A destination that works on `capacity` requests at a time: more of them wait for each other, so
// that all take longer. Its latency varies by a fifth either way.
struct destination {
    double capacity = 20;
    microseconds alone = 50ms;
    std::mt19937 random{7};

    microseconds latency(std::uint32_t in_flight) {
        double const queueing = std::max(1.0, in_flight / capacity);
        double const noise = 0.8 + 0.4 * (static_cast<double>(random() % 1000) / 1000);
        return microseconds(static_cast<std::int64_t>(alone.count() * queueing * noise));
    }
};

struct fixture {
    sluice::queue::concurrency_limit c{1, 200};
    destination to;
    mono_time now{1h};

    // As many are in flight as may be, or as there are.
    void run(std::chrono::seconds time, std::uint32_t offered = 1000) {
        for (mono_time const end = now + time; now < end;) {
            std::uint32_t const in_flight = std::min(c.limit(), offered);
            auto const latency = to.latency(in_flight);
            for (std::uint32_t i = 0; i < in_flight; ++i)
                c.on_answer(latency, in_flight, now);
            now += latency;
        }
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(concurrency_limit, fixture)

BOOST_AUTO_TEST_CASE(a_new_lane_begins_slowly_and_within_its_bounds) {
    BOOST_TEST(c.limit() == 8u);
    BOOST_TEST(sluice::queue::concurrency_limit(1, 3).limit() == 3u);
    BOOST_TEST(sluice::queue::concurrency_limit(16, 64).limit() == 16u);
}

BOOST_AUTO_TEST_CASE(it_finds_what_the_destination_can_do_and_stays_there) {
    run(60s);
    for (int i = 0; i < 60; ++i) {
        run(10s);
        BOOST_TEST_REQUIRE(c.limit() >= 20u);
        BOOST_TEST_REQUIRE(c.limit() <= 60u);
    }
    BOOST_TEST((c.usual_latency() < 75ms));
}

BOOST_AUTO_TEST_CASE(a_destination_that_never_slows_down_gets_all_that_is_configured) {
    to.capacity = 1000;
    run(60s);
    BOOST_TEST(c.limit() == 200u);
}

BOOST_AUTO_TEST_CASE(it_shrinks_when_the_destination_can_do_less_and_grows_again) {
    run(60s);
    to.capacity = 4;
    run(60s);
    BOOST_TEST(c.limit() <= 12u);
    to.capacity = 100;
    run(120s);
    BOOST_TEST(c.limit() >= 60u);
}

BOOST_AUTO_TEST_CASE(a_destination_that_became_slower_for_good_is_learnt_anew) {
    run(60s);
    to.alone = 500ms;
    run(600s);
    BOOST_TEST((c.usual_latency() >= 240ms)); // half of it is near enough to grow on
    BOOST_TEST(c.limit() >= 15u);
}

BOOST_AUTO_TEST_CASE(what_is_not_used_does_not_grow) {
    run(60s, 4);
    BOOST_TEST(c.limit() == 8u);
}

BOOST_AUTO_TEST_CASE(time_outs_and_refusals_shrink_it_to_the_least_and_no_further) {
    c.reconfigure(3, 200);
    for (int i = 0; i < 400; ++i) {
        c.on_overload(c.limit(), now);
        now += 50ms;
    }
    BOOST_TEST(c.limit() == 3u);
    run(60s);
    BOOST_TEST(c.limit() >= 20u);
}

BOOST_AUTO_TEST_CASE(a_few_failures_among_many_answers_are_noise) {
    to.capacity = 1000;
    for (int i = 0; i < 20'000; ++i) {
        if (i % 20 == 0) {
            c.on_overload(c.limit(), now);
        } else {
            c.on_answer(50ms, c.limit(), now);
        }
        now += 5ms;
    }
    BOOST_TEST(c.limit() == 200u);
}

BOOST_AUTO_TEST_CASE(other_bounds_hold_at_once) {
    to.capacity = 1000;
    run(60s);
    c.reconfigure(1, 10);
    BOOST_TEST(c.limit() == 10u);
    c.reconfigure(30, 40);
    BOOST_TEST(c.limit() == 30u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace concurrency_limit_test
