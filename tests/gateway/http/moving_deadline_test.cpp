#include "gateway/http/moving_deadline.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <optional>

namespace sluice::gateway::http::moving_deadline_test {
namespace {

using namespace std::chrono_literals;

struct guarded final : http::moving_deadline::owner {
    explicit guarded(asio::io_context& io)
        : deadline(io.get_executor(), *this) {}
    void deadline_passed() override {
        ++passed;
        passed_at = std::chrono::steady_clock::now();
        if (on_pass) on_pass();
    }

    http::moving_deadline deadline;
    int passed = 0;
    http::moving_deadline::time_point passed_at;
    std::function<void()> on_pass;
};

struct fixture {
    asio::io_context io{1};
    std::optional<guarded> one{std::in_place, io};
    http::moving_deadline::time_point const now = std::chrono::steady_clock::now();
};

BOOST_FIXTURE_TEST_SUITE(moving_deadline, fixture)

BOOST_AUTO_TEST_CASE(it_passes_once_when_its_time_has_come) {
    one->deadline.move(now + 10ms);
    io.run();
    BOOST_TEST(one->passed == 1);
    BOOST_TEST((one->passed_at >= now + 10ms));
}

BOOST_AUTO_TEST_CASE(moved_away_by_assignment_it_passes_at_the_new_time_only) {
    one->deadline.move(now + 5ms);
    one->deadline.move(now + 30ms);
    io.run();
    BOOST_TEST(one->passed == 1);
    BOOST_TEST((one->passed_at >= now + 30ms));
}

BOOST_AUTO_TEST_CASE(moved_nearer_it_passes_at_the_new_time) {
    one->deadline.move(now + 1h);
    io.poll();
    one->deadline.move(now + 5ms);
    io.run();
    BOOST_TEST(one->passed == 1);
    BOOST_TEST((one->passed_at < now + 1h));
}

BOOST_AUTO_TEST_CASE(cleared_or_cancelled_it_never_passes) {
    one->deadline.move(now + 5ms);
    one->deadline.clear();
    io.run();
    one->deadline.move(now + 1h);
    one->deadline.cancel();
    io.restart();
    io.run(); // ends at once
    BOOST_TEST(one->passed == 0);
}

BOOST_AUTO_TEST_CASE(set_again_after_it_passed_it_passes_again) {
    one->deadline.move(now);
    io.run();
    one->deadline.move(std::chrono::steady_clock::now() + 5ms);
    io.restart();
    io.run();
    BOOST_TEST(one->passed == 2);
}

BOOST_AUTO_TEST_CASE(nobody_is_told_when_the_owner_is_gone) {
    one->deadline.move(now + 5ms);
    one.reset();
    io.run(); // AddressSanitizer would see a use after free
    BOOST_TEST(!one);
}

BOOST_AUTO_TEST_CASE(the_owner_may_go_when_it_is_told) {
    int told = 0;
    one->on_pass = [this, &told] {
        ++told;
        auto const itself = std::move(one->on_pass); // outlives its owner
        one.reset();
    };
    one->deadline.move(now);
    io.restart();
    io.run();
    BOOST_TEST(told == 1);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::http::moving_deadline_test
