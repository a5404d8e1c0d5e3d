#include "gateway/telemetry/duration_histogram.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

namespace sluice::gateway::telemetry {

namespace {

constexpr std::array<std::uint64_t, 12> powers_of_ten = [] {
    std::array<std::uint64_t, 12> powers{};
    std::uint64_t power = 1;
    for (auto& p : powers) {
        p = power;
        power *= 10;
    }
    return powers;
}();

constexpr unsigned first_decade = 2; // 10^2 us: below it buckets are linear
constexpr std::size_t per_decade = 90;

unsigned decade_of(std::uint64_t value) {
    // log10(2) is 1233 / 4096; the estimate is at most one too high.
    auto const estimate = static_cast<unsigned>(std::bit_width(value)) * 1233 >> 12;
    return estimate - (value < powers_of_ten[estimate] ? 1 : 0);
}

} // namespace

std::size_t duration_histogram::bucket_of(std::uint64_t us) {
    // A bucket holds the values above the bound before it up to its own, as Prometheus counts.
    auto const below = us == 0 ? 0 : us - 1;
    if (below < linear) return static_cast<std::size_t>(below);
    if (below >= powers_of_ten[first_decade + decades]) return buckets - 1;
    auto const decade = decade_of(below);
    auto const in_decade = below / powers_of_ten[decade - 1] - 10;
    return linear + (decade - first_decade) * per_decade + static_cast<std::size_t>(in_decade);
}

std::uint64_t duration_histogram::upper_bound_us(std::size_t bucket) {
    if (bucket < linear) return bucket + 1;
    if (bucket >= buckets - 1) return UINT64_MAX;
    auto const decade = first_decade + (bucket - linear) / per_decade;
    return (11 + (bucket - linear) % per_decade) * powers_of_ten[decade - 1];
}

void duration_histogram::record(std::chrono::nanoseconds duration) {
    auto const ns = static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
    auto const us = (ns + 999) / 1000;
    // One thread writes: a load and a store instead of a locked instruction.
    auto& count = counts_[bucket_of(us)];
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    sum_us_.store(sum_us_.load(std::memory_order_relaxed) + us, std::memory_order_relaxed);
}

void duration_histogram::add_to(duration_distribution& sum) const {
    sum.buckets_.resize(buckets);
    for (std::size_t i = 0; i < buckets; ++i)
        sum.buckets_[i] += counts_[i].load(std::memory_order_relaxed);
    sum.sum_us_ += sum_us_.load(std::memory_order_relaxed);
}

std::uint64_t duration_distribution::count() const {
    return std::accumulate(buckets_.begin(), buckets_.end(), std::uint64_t{0});
}

std::uint64_t duration_distribution::count_up_to(std::chrono::microseconds bound) const {
    if (buckets_.empty()) return 0;
    // Of the bucket that the bound lies in it is known only that all are below the bound where the
    // bucket ends with it.
    auto const us = static_cast<std::uint64_t>(bound.count());
    auto const last = duration_histogram::bucket_of(us);
    bool const is_exact = duration_histogram::upper_bound_us(last) == us;
    auto const end = buckets_.begin() + static_cast<std::ptrdiff_t>(last + (is_exact ? 1 : 0));
    return std::accumulate(buckets_.begin(), end, std::uint64_t{0});
}

} // namespace sluice::gateway::telemetry
