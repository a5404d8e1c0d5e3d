#include "queue/core/failure_window.hpp"

#include <boost/test/unit_test.hpp>

namespace failure_window_test {

namespace {

using namespace sluice::queue;
using namespace std::chrono_literals;

constexpr mono_time start{1h};

} // namespace

BOOST_AUTO_TEST_SUITE(failure_window)

BOOST_AUTO_TEST_CASE(it_counts_outcomes_and_the_failures_among_them) {
    sluice::queue::failure_window w(10s);
    for (int i = 0; i < 10; ++i)
        w.add(i % 3 == 0, start + i * 100ms);
    BOOST_TEST(w.outcomes() == 10u);
    BOOST_TEST(w.failures() == 4u);
    w.clear();
    BOOST_TEST(w.outcomes() == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_older_than_the_window_is_forgotten) {
    sluice::queue::failure_window w(10s);
    w.add(true, start);
    w.add(true, start + 5s);
    w.add(false, start + 9'900ms);
    BOOST_TEST(w.failures() == 2u);
    w.add(false, start + 10'500ms);
    BOOST_TEST(w.failures() == 1u);
    w.add(false, start + 1h);
    BOOST_TEST(w.outcomes() == 1u);
    BOOST_TEST(w.failures() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace failure_window_test
