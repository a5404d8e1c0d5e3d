#include "gateway/server/deadline.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

namespace deadline_test {

namespace {

using clock_type = std::chrono::steady_clock;
using namespace std::chrono_literals;

struct fixture : sluice::gateway::server::deadline_owner {
    void deadline_passed() override { ++passed; }
    void deadline_stopped() override { ++stopped; }

    boost::asio::io_context io{1};
    sluice::gateway::server::deadline subject{io.get_executor(), *this};
    int passed = 0;
    int stopped = 0;
    clock_type::time_point const past = clock_type::now() - 1s;
    clock_type::time_point const far = clock_type::now() + 1h;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(deadline, fixture)

BOOST_AUTO_TEST_CASE(passes_once) {
    subject.set(past);
    io.run();
    BOOST_TEST(passed == 1);
}

BOOST_AUTO_TEST_CASE(moved_away_by_assignment_it_does_not_pass) {
    subject.set(past);
    subject.set(far);
    io.poll();
    BOOST_TEST(passed == 0);
    BOOST_TEST(!io.stopped());
}

BOOST_AUTO_TEST_CASE(brought_nearer_it_passes_then) {
    subject.set(far);
    io.poll();
    subject.set(past);
    io.run();
    BOOST_TEST(passed == 1);
}

BOOST_AUTO_TEST_CASE(cleared_it_never_passes) {
    subject.set(past);
    subject.clear();
    io.run();
    BOOST_TEST(passed == 0);
}

BOOST_AUTO_TEST_CASE(set_again_after_it_passed_it_passes_again) {
    subject.set(past);
    io.run();
    subject.set(past);
    io.restart();
    io.run();
    BOOST_TEST(passed == 2);
}

BOOST_AUTO_TEST_CASE(stop_reports_at_once_when_the_timer_is_at_rest) {
    subject.stop();
    BOOST_TEST(stopped == 1);
}

BOOST_AUTO_TEST_CASE(stop_reports_after_the_timer_came_to_rest) {
    subject.set(far);
    subject.stop();
    BOOST_TEST(stopped == 0);
    io.run();
    BOOST_TEST(stopped == 1);
    BOOST_TEST(passed == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace deadline_test
