#include "gateway/stress/load/rate_search.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace rate_search_test {

namespace {

using search_type = sluice::gateway::stress::rate_search;

// Runs a search against a target that meets everything up to `limit`.
std::vector<double> trials_of(search_type& search, double limit) {
    std::vector<double> trials;
    while (auto const rate = search.next()) {
        trials.push_back(*rate);
        search.report(*rate <= limit);
    }
    return trials;
}

} // namespace

BOOST_AUTO_TEST_SUITE(rate_search)

BOOST_AUTO_TEST_CASE(it_doubles_and_then_halves_the_gap) {
    search_type search(100, 0.05);
    auto const trials = trials_of(search, 1100);
    std::vector<double> const expected{100, 200, 400, 800, 1600, 1200, 1000, 1100, 1150};
    BOOST_TEST(trials == expected, boost::test_tools::per_element());
    BOOST_TEST(search.highest_met().value() == 1100);
    BOOST_TEST(search.lowest_missed().value() == 1150);
}

BOOST_AUTO_TEST_CASE(it_goes_down_where_the_first_rate_is_too_high) {
    search_type search(1000, 0.1);
    trials_of(search, 30);
    BOOST_TEST(search.highest_met().value() <= 30);
    BOOST_TEST(search.highest_met().value() >= 27);
}

BOOST_AUTO_TEST_CASE(it_finds_any_limit_within_its_precision) {
    for (double limit = 3; limit < 3e6; limit *= 2.7) {
        search_type search(50, 0.02, 60);
        trials_of(search, limit);
        BOOST_TEST(search.highest_met().value() <= limit);
        BOOST_TEST(search.highest_met().value() >= 0.98 * limit);
    }
}

BOOST_AUTO_TEST_CASE(it_ends_when_nothing_or_everything_is_met) {
    search_type nothing(100);
    BOOST_TEST(trials_of(nothing, 0).size() <= 25u);
    BOOST_TEST(!nothing.highest_met());
    search_type everything(100);
    BOOST_TEST(trials_of(everything, 1e12).size() <= 25u);
    BOOST_TEST(!everything.lowest_missed());
}

BOOST_AUTO_TEST_CASE(it_ends_after_its_trials) {
    search_type search(100, 0.0, 7);
    BOOST_TEST(trials_of(search, 1234.5).size() == 7u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rate_search_test
