#include "queue/core/breaker.hpp"

#include <boost/test/unit_test.hpp>

namespace breaker_test {

namespace {

using namespace sluice::queue;
using namespace std::chrono_literals;
using passage = breaker::passage;

struct fixture {
    sluice::queue::breaker b{breaker_options{3, 10s, 35s}};
    mono_time now{1h};

    void ends(health h, bool is_probe = false) { b.on_outcome(h, is_probe, now); }
    void open() {
        for (int i = 0; i < 3; ++i)
            ends(health::bad);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(breaker, fixture)

BOOST_AUTO_TEST_CASE(it_opens_after_so_many_failures_in_a_row) {
    ends(health::bad);
    ends(health::bad);
    ends(health::good);
    ends(health::bad);
    ends(health::bad);
    BOOST_TEST(!b.is_open());
    ends(health::unknown); // neither for nor against
    ends(health::bad);
    BOOST_TEST(b.is_open());
    BOOST_TEST((b.at(now) == passage::shut));
    BOOST_TEST((b.opens_at().value() == now + 10s));
}

BOOST_AUTO_TEST_CASE(while_open_other_outcomes_are_old_news) {
    open();
    now += 5s;
    ends(health::good);
    ends(health::bad);
    BOOST_TEST((b.opens_at().value() == now + 5s));
}

BOOST_AUTO_TEST_CASE(one_probe_goes_and_closes_it_by_success) {
    open();
    now += 10s;
    BOOST_TEST((b.at(now) == passage::probe));
    b.send_probe();
    BOOST_TEST((b.at(now) == passage::shut));
    BOOST_TEST(!b.opens_at().has_value());
    ends(health::good, false); // not the probe's
    BOOST_TEST((b.at(now) == passage::shut));
    ends(health::good, true);
    BOOST_TEST((b.at(now) == passage::free));
    ends(health::bad);
    ends(health::bad);
    BOOST_TEST(!b.is_open()); // the count began anew
}

BOOST_AUTO_TEST_CASE(each_failed_probe_doubles_the_time_up_to_its_bound) {
    open();
    for (auto const open_for : {20s, 35s, 35s}) {
        now = *b.opens_at();
        b.send_probe();
        ends(health::bad, true);
        BOOST_TEST((b.opens_at().value() == now + open_for));
    }
    now = *b.opens_at();
    b.send_probe();
    ends(health::good, true);
    open();
    BOOST_TEST((b.opens_at().value() == now + 10s)); // success forgets the back-off
}

BOOST_AUTO_TEST_CASE(a_probe_that_says_nothing_makes_room_for_the_next) {
    open();
    now += 10s;
    b.send_probe();
    ends(health::unknown, true);
    BOOST_TEST((b.at(now) == passage::probe));
}

BOOST_AUTO_TEST_CASE(it_opens_by_the_share_of_failures_within_its_window) {
    b = sluice::queue::breaker({0, 10s, 10s, 0.5, 30s, 10});
    for (int i = 0; i < 50; ++i) { // 40 %, though never many in a row
        ends(i % 5 >= 3 ? health::bad : health::good);
        now += 100ms;
    }
    BOOST_TEST(!b.is_open());
    for (int i = 0; i < 100 && !b.is_open(); ++i) {
        ends(i % 3 < 2 ? health::bad : health::good);
        now += 100ms;
    }
    BOOST_TEST(b.is_open());
    BOOST_TEST(b.why().ends_with("attempts failed"));
}

BOOST_AUTO_TEST_CASE(a_share_of_few_attempts_says_nothing) {
    b = sluice::queue::breaker({0, 10s, 10s, 0.5, 30s, 10});
    for (int i = 0; i < 9; ++i)
        ends(health::bad);
    BOOST_TEST(!b.is_open());
    ends(health::bad);
    BOOST_TEST(b.is_open());
    BOOST_TEST(b.why() == "10 of 10 attempts failed");
}

BOOST_AUTO_TEST_CASE(after_a_good_probe_the_share_begins_anew) {
    b = sluice::queue::breaker({0, 10s, 10s, 0.5, 60s, 4});
    for (int i = 0; i < 4; ++i)
        ends(health::bad);
    now += 10s;
    b.send_probe();
    ends(health::good, true);
    BOOST_TEST(b.why().empty());
    for (int i = 0; i < 3; ++i)
        ends(health::bad);
    BOOST_TEST(!b.is_open());
}

BOOST_AUTO_TEST_CASE(another_configuration_does_not_close_it) {
    open();
    b.reconfigure({100, 1s, 1s});
    BOOST_TEST((b.at(now) == passage::shut));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace breaker_test
