#include "queue/core/retention_clock.hpp"

#include <boost/test/unit_test.hpp>

namespace retention_clock_test {

using namespace sluice::queue;
using namespace std::chrono_literals;

namespace {

struct fixture {
    void pass(std::chrono::milliseconds time) {
        now.wall += time;
        now.mono += time;
    }
    wall_time ages() { return clock.at(now); }

    retention_clock clock;
    wall_time const beginning{std::chrono::milliseconds{1'764'000'000'000}};
    instant now{beginning, mono_time(1h)};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(retention_clock_, fixture)

BOOST_AUTO_TEST_CASE(it_follows_the_wall_clock) {
    BOOST_TEST((ages() == beginning));
    pass(30 * 24h);
    BOOST_TEST((ages() == now.wall));
    for (int i = 0; i < 1000; ++i) {
        now.mono += 100us; // steps below the wall clock's unit are not lost
        if (i % 10 == 0) now.wall += 1ms;
        ages();
    }
    BOOST_TEST((ages() == now.wall));
}

BOOST_AUTO_TEST_CASE(a_jump_ahead_is_followed_at_twice_the_time_that_passes) {
    ages();
    now.wall += 40 * 24h;
    BOOST_TEST((ages() == beginning));
    pass(3s);
    BOOST_TEST((ages() == beginning + 6s));
    now.wall -= 40 * 24h;
    BOOST_TEST((ages() == now.wall)); // never ahead of the wall clock
}

BOOST_AUTO_TEST_CASE(a_step_back_is_followed_at_once) {
    ages();
    now.wall -= 1h;
    BOOST_TEST((ages() == now.wall));
}

BOOST_AUTO_TEST_CASE(a_start_under_a_wrong_clock_begins_at_what_is_known) {
    clock.begin_at(beginning);
    now.wall += 40 * 24h;
    BOOST_TEST((ages() == beginning));
    pass(1h);
    BOOST_TEST((ages() == beginning + 2h));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace retention_clock_test
