#include "gateway/stress/report/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace sluice::gateway::stress {

// Values below 2^11 have a bucket each. Above, a value is its highest 11 bits and how far they are
// shifted: each doubling has 1,024 buckets.
std::size_t histogram::index_of(std::uint64_t value) {
    auto const width = static_cast<unsigned>(std::bit_width(value));
    if (width <= half_bits + 1) return static_cast<std::size_t>(value);
    auto const shift = width - (half_bits + 1);
    return (std::size_t{shift} << half_bits) + static_cast<std::size_t>(value >> shift);
}

std::uint64_t histogram::highest_in(std::size_t index) {
    if (index < (std::size_t{2} << half_bits)) return index;
    auto const shift = (index >> half_bits) - 1;
    auto const top = index - (shift << half_bits);
    return ((std::uint64_t{top} + 1) << shift) - 1;
}

histogram::histogram()
    : counts_(index_of(max_trackable) + 1) {}

void histogram::record(std::uint64_t value, std::uint64_t times) {
    if (times == 0) return;
    value = std::min(value, max_trackable);
    counts_[index_of(value)] += times;
    count_ += times;
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
    sum_ += static_cast<double>(value) * static_cast<double>(times);
}

void histogram::merge(histogram const& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i)
        counts_[i] += other.counts_[i];
    count_ += other.count_;
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
    sum_ += other.sum_;
}

void histogram::clear() {
    *this = histogram();
}

double histogram::mean() const {
    return count_ == 0 ? 0 : sum_ / static_cast<double>(count_);
}

double histogram::standard_deviation() const {
    if (count_ == 0) return 0;
    auto const centre = mean();
    double squares = 0;
    for (auto i = index_of(min()); i <= index_of(max_); ++i) {
        auto const away = static_cast<double>(std::min(highest_in(i), max_)) - centre;
        squares += away * away * static_cast<double>(counts_[i]);
    }
    return std::sqrt(squares / static_cast<double>(count_));
}

std::uint64_t histogram::count_up_to(std::uint64_t value) const {
    std::uint64_t count = 0;
    auto const last = index_of(std::min(value, max_trackable));
    for (std::size_t i = 0; i <= last; ++i)
        count += counts_[i];
    return count;
}

std::uint64_t histogram::percentile(double percent) const {
    if (count_ == 0) return 0;
    auto const share = std::clamp(percent, 0.0, 100.0) / 100;
    auto const rank = std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_))));
    std::uint64_t seen = 0;
    for (auto i = index_of(min()); i < counts_.size(); ++i) {
        seen += counts_[i];
        if (seen >= rank) return std::min(highest_in(i), max_);
    }
    return max_;
}

} // namespace sluice::gateway::stress
