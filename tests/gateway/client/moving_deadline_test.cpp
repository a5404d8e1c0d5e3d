#include "gateway/client/moving_deadline.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::client::moving_deadline_test {
namespace {

using namespace std::chrono_literals;

struct guarded final : moving_deadline::listener {
    explicit guarded(boost::asio::io_context& io)
        : deadline(io.get_executor()) {}
    void on_deadline() override {
        ++fired;
        fired_at = std::chrono::steady_clock::now();
    }

    moving_deadline deadline;
    int fired = 0;
    moving_deadline::time_point fired_at;
};

struct fixture {
    fixture() { one->deadline.tell(one); }

    boost::asio::io_context io{1};
    std::shared_ptr<guarded> one = std::make_shared<guarded>(io);
    moving_deadline::time_point const now = std::chrono::steady_clock::now();
};

BOOST_FIXTURE_TEST_SUITE(moving_deadline, fixture)

BOOST_AUTO_TEST_CASE(it_fires_once_when_its_time_has_come) {
    one->deadline.move(now + 10ms);
    io.run();
    BOOST_TEST(one->fired == 1);
    BOOST_TEST((one->fired_at >= now + 10ms));
}

BOOST_AUTO_TEST_CASE(a_deadline_moved_away_fires_at_the_new_time_only) {
    one->deadline.move(now + 5ms);
    one->deadline.move(now + 30ms);
    io.run();
    BOOST_TEST(one->fired == 1);
    BOOST_TEST((one->fired_at >= now + 30ms));
}

BOOST_AUTO_TEST_CASE(a_deadline_moved_closer_fires_at_the_new_time) {
    one->deadline.move(now + 1h);
    one->deadline.move(now + 5ms);
    io.run_one_for(10s);
    while (one->fired == 0 && io.run_one_for(10s) != 0) {
    }
    BOOST_TEST(one->fired == 1);
    BOOST_TEST((one->fired_at < now + 1h));
}

BOOST_AUTO_TEST_CASE(cleared_or_cancelled_it_never_fires) {
    one->deadline.move(now + 5ms);
    one->deadline.clear();
    io.run();
    one->deadline.move(now + 1h);
    one->deadline.cancel();
    io.restart();
    io.run(); // ends at once
    BOOST_TEST(one->fired == 0);
}

BOOST_AUTO_TEST_CASE(it_can_be_set_again_after_it_fired) {
    one->deadline.move(now);
    io.run();
    one->deadline.move(std::chrono::steady_clock::now() + 5ms);
    io.restart();
    io.run();
    BOOST_TEST(one->fired == 2);
}

BOOST_AUTO_TEST_CASE(nobody_is_told_when_the_listener_is_gone) {
    one->deadline.move(now + 5ms);
    one.reset();
    io.run(); // AddressSanitizer would see a use after free
    BOOST_TEST(!one);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::client::moving_deadline_test
