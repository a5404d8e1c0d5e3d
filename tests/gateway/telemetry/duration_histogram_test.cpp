#include "gateway/telemetry/duration_histogram.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <vector>

namespace duration_histogram_test {

using namespace sluice::gateway::telemetry;
using namespace std::chrono_literals;

namespace {

struct fixture {
    std::unique_ptr<sluice::gateway::telemetry::duration_histogram> histogram =
        std::make_unique<sluice::gateway::telemetry::duration_histogram>();

    duration_distribution copy() const {
        duration_distribution all;
        histogram->add_to(all);
        return all;
    }
};

using buckets_of = sluice::gateway::telemetry::duration_histogram;

// The bound in microseconds of the bucket that the share `q` reaches; the last bucket has none.
std::uint64_t quantile(duration_distribution const& of, double q) {
    auto const rank = std::ceil(q * static_cast<double>(of.count()));
    std::size_t bucket = 0;
    for (; bucket + 2 < buckets_of::buckets; ++bucket) {
        std::chrono::microseconds const bound(buckets_of::upper_bound_us(bucket));
        if (static_cast<double>(of.count_up_to(bound)) >= rank) break;
    }
    return buckets_of::upper_bound_us(bucket);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(duration_histogram, fixture)

BOOST_AUTO_TEST_CASE(every_bucket_takes_what_lies_above_the_one_before_it) {
    for (std::size_t i = 0; i + 1 < buckets_of::buckets; ++i) {
        auto const bound = buckets_of::upper_bound_us(i);
        BOOST_REQUIRE_EQUAL(buckets_of::bucket_of(bound), i);
        BOOST_REQUIRE_EQUAL(buckets_of::bucket_of(bound + 1), i + 1);
    }
    BOOST_TEST(buckets_of::bucket_of(UINT64_MAX) == buckets_of::buckets - 1);
}

BOOST_AUTO_TEST_CASE(bounds_are_met_to_the_nanosecond) {
    for (std::chrono::microseconds const bound :
         {100us, 250us, 500us, 1000us, 2500us, 25000us, 1000000us, 30000000us, 600000000us}) {
        fixture f;
        f.histogram->record(bound);
        f.histogram->record(bound + 1ns);
        BOOST_TEST(f.copy().count_up_to(bound) == 1u, bound.count());
    }
}

BOOST_AUTO_TEST_CASE(negative_durations_count_as_nothing_and_endless_ones_last) {
    histogram->record(-5s);
    histogram->record(std::chrono::hours(24 * 365));
    BOOST_TEST(copy().count() == 2u);
    BOOST_TEST(copy().count_up_to(1us) == 1u);
    BOOST_TEST(quantile(copy(), 1.0) == 100'000'000'000u);
}

BOOST_AUTO_TEST_CASE(an_empty_histogram_counts_nothing) {
    BOOST_TEST(duration_distribution().count() == 0u);
    BOOST_TEST(copy().count_up_to(1h) == 0u);
}

BOOST_AUTO_TEST_CASE(quantiles_are_at_most_a_tenth_too_high) {
    constexpr unsigned seed = 20260102;
    BOOST_TEST_MESSAGE("seed " << seed);
    std::mt19937_64 random(seed);
    std::lognormal_distribution<double> spread(8.0, 2.0);
    std::vector<double> exact;
    for (int i = 0; i < 20'000; ++i) {
        auto const us = std::ceil(std::max(1.0, spread(random)));
        exact.push_back(us);
        histogram->record(std::chrono::microseconds(static_cast<std::int64_t>(us)));
    }
    std::sort(exact.begin(), exact.end());
    for (double const q : {0.01, 0.5, 0.9, 0.99, 0.999}) {
        auto const rank = static_cast<std::size_t>(std::ceil(q * 20'000)) - 1;
        auto const read = static_cast<double>(quantile(copy(), q));
        BOOST_TEST(read >= exact[rank]);
        BOOST_TEST(read <= exact[rank] * 1.1 + 1);
    }
}

BOOST_AUTO_TEST_CASE(several_histograms_add_up) {
    fixture other;
    histogram->record(1ms);
    other.histogram->record(3ms);
    auto sum = copy();
    other.histogram->add_to(sum);
    BOOST_TEST(sum.count() == 2u);
    BOOST_TEST(sum.sum_seconds() == 0.004);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace duration_histogram_test
