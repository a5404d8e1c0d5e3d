#include "gateway/stress/report/histogram.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

namespace histogram_test {

namespace {

using histogram_type = sluice::gateway::stress::histogram;
using values_type = std::vector<std::uint64_t>;

constexpr double percents[] = {0, 0.1, 1, 10, 25, 50, 75, 90, 99, 99.9, 99.99, 100};

histogram_type histogram_of(values_type const& values) {
    histogram_type h;
    for (auto const value : values)
        h.record(value);
    return h;
}

// The smallest value that `percent` of all do not exceed.
std::uint64_t exact_percentile(values_type const& sorted, double percent) {
    auto const rank = std::ceil(percent / 100 * static_cast<double>(sorted.size()));
    return sorted[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

void check_percentiles(values_type values) {
    auto const h = histogram_of(values);
    std::sort(values.begin(), values.end());
    for (auto const percent : percents) {
        auto const exact = exact_percentile(values, percent);
        auto const read = h.percentile(percent);
        BOOST_TEST(read >= exact, "p" << percent << ": " << read << " < " << exact);
        BOOST_TEST(read - exact <= exact / 1000, "p" << percent << ": " << read << " > " << exact);
    }
}

values_type draw(unsigned seed, std::function<double(std::mt19937_64&)> next) {
    BOOST_TEST_MESSAGE("seed " << seed);
    std::mt19937_64 random(seed);
    values_type values;
    for (int i = 0; i < 50'000; ++i)
        values.push_back(static_cast<std::uint64_t>(std::max(0.0, next(random))));
    return values;
}

} // namespace

BOOST_AUTO_TEST_SUITE(histogram)

BOOST_AUTO_TEST_CASE(an_empty_histogram_is_all_zero) {
    histogram_type const h;
    BOOST_TEST(h.count() == 0u);
    BOOST_TEST(h.min() == 0u);
    BOOST_TEST(h.max() == 0u);
    BOOST_TEST(h.mean() == 0.0);
    BOOST_TEST(h.percentile(99) == 0u);
}

BOOST_AUTO_TEST_CASE(percentiles_of_latencies_are_within_a_thousandth) {
    std::lognormal_distribution<double> latency(14.0, 1.5); // about 1.2 ms in ns
    check_percentiles(draw(1, [&](auto& random) { return latency(random); }));
}

BOOST_AUTO_TEST_CASE(percentiles_hold_over_the_whole_range) {
    std::uniform_real_distribution<double> exponent(0, 45);
    check_percentiles(draw(2, [&](auto& random) { return std::exp2(exponent(random)) - 1; }));
}

BOOST_AUTO_TEST_CASE(small_values_are_exact) {
    values_type values;
    for (std::uint64_t v = 0; v < 2048; ++v)
        values.push_back(v);
    auto const h = histogram_of(values);
    for (auto const percent : percents)
        BOOST_TEST(h.percentile(percent) == exact_percentile(values, percent));
}

BOOST_AUTO_TEST_CASE(the_edges_of_every_doubling_stay_in_order) {
    for (unsigned bits = 1; bits < 45; ++bits) {
        auto const edge = std::uint64_t{1} << bits;
        for (auto const value : {edge - 1, edge, edge + 1}) {
            histogram_type h;
            h.record(value);
            h.record(histogram_type::max_trackable);
            auto const read = h.percentile(50);
            BOOST_TEST(read >= value);
            BOOST_TEST(read - value <= value / 1000);
        }
    }
}

BOOST_AUTO_TEST_CASE(extremes_are_exact) {
    auto const h = histogram_of({1'234'567, 7'654'321, 999});
    BOOST_TEST(h.min() == 999u);
    BOOST_TEST(h.max() == 7'654'321u);
    BOOST_TEST(h.percentile(100) == 7'654'321u);
    BOOST_TEST(h.mean() == (1'234'567.0 + 7'654'321.0 + 999.0) / 3);
}

BOOST_AUTO_TEST_CASE(values_beyond_the_range_count_as_its_end) {
    auto const h = histogram_of({UINT64_MAX});
    BOOST_TEST(h.count() == 1u);
    BOOST_TEST(h.max() == histogram_type::max_trackable);
}

BOOST_AUTO_TEST_CASE(merged_histograms_tell_what_one_would) {
    std::uniform_real_distribution<double> even(0, 1e9);
    auto const first = draw(3, [&](auto& random) { return even(random); });
    auto const second = draw(4, [&](auto& random) { return even(random) / 100; });
    auto all = first;
    all.insert(all.end(), second.begin(), second.end());
    auto merged = histogram_of(first);
    merged.merge(histogram_of(second));
    auto const one = histogram_of(all);
    BOOST_TEST(merged.count() == one.count());
    BOOST_TEST(merged.min() == one.min());
    BOOST_TEST(merged.max() == one.max());
    for (auto const percent : percents)
        BOOST_TEST(merged.percentile(percent) == one.percentile(percent));
}

BOOST_AUTO_TEST_CASE(a_value_may_be_counted_many_times_and_all_forgotten) {
    histogram_type h;
    h.record(500, 99);
    h.record(9'000, 1);
    h.record(1, 0);
    BOOST_TEST(h.count() == 100u);
    BOOST_TEST(h.percentile(99) == 500u);
    h.clear();
    BOOST_TEST(h.count() == 0u);
    BOOST_TEST(h.percentile(99) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace histogram_test
