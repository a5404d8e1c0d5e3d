#include "gateway/admin/job_pace.hpp"

#include <boost/test/unit_test.hpp>

namespace job_pace_test {

using sluice::gateway::admin::job_pace;

namespace {

// Tasks done in `ticks` ticks by a job that always has more to do.
std::uint64_t done_in(job_pace& pace, int ticks) {
    std::uint64_t done = 0;
    for (int i = 0; i < ticks; ++i) {
        pace.on_tick();
        while (auto const some = pace.allowed(256)) {
            pace.spend(some);
            done += some;
        }
    }
    return done;
}

} // namespace

BOOST_AUTO_TEST_SUITE(job_pace_)

BOOST_AUTO_TEST_CASE(a_second_has_exactly_the_rate) {
    for (std::uint64_t const rate : {1u, 3u, 10u, 99u, 1234u, 1'000'000u}) {
        job_pace pace(rate);
        BOOST_TEST(done_in(pace, 10) == rate);
        BOOST_TEST(done_in(pace, 100) == 10 * rate);
    }
}

BOOST_AUTO_TEST_CASE(what_was_not_used_is_not_made_up_for) {
    job_pace pace(100);
    for (int i = 0; i < 50; ++i)
        pace.on_tick();
    BOOST_TEST(pace.allowed(1000) == 10u);
}

BOOST_AUTO_TEST_CASE(without_a_rate_nothing_is_bounded) {
    job_pace pace(0);
    BOOST_TEST(!pace.is_bounded());
    BOOST_TEST(pace.allowed(256) == 256u);
    pace.spend(256);
    BOOST_TEST(pace.allowed(256) == 256u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace job_pace_test
