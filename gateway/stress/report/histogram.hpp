// How values (nanoseconds) are spread, kept with three significant digits whatever their size: a
// log-linear histogram, 1,024 buckets for each doubling. 288 KiB once, nothing for each value.
// A value type of one thread; several are merged. Whether the values are free of coordinated
// omission is up to who measures them: from the time planned, not the time sent.
#pragma once

#include <cstdint>
#include <vector>

namespace sluice::gateway::stress {

class histogram {
  public:
    histogram();

    // Counts `times` values. Above `max_trackable` it counts as that.
    void record(std::uint64_t value, std::uint64_t times = 1);
    void merge(histogram const& other);
    void clear();

    std::uint64_t count() const { return count_; }
    std::uint64_t min() const { return count_ == 0 ? 0 : min_; } // Exact.
    std::uint64_t max() const { return max_; }                   // Exact.
    double mean() const;
    double standard_deviation() const; // To the histogram's precision.

    // How many values do not exceed `value`, to the histogram's precision.
    std::uint64_t count_up_to(std::uint64_t value) const;

    // The value that `percent` (0 to 100) of all values do not exceed, at most 0.1 % too large and
    // never too small; 0 when nothing was counted. 100 gives max().
    std::uint64_t percentile(double percent) const;

    // Ten hours in nanoseconds, about.
    static constexpr std::uint64_t max_trackable = (std::uint64_t{1} << 45) - 1;

  private:
    static constexpr unsigned half_bits = 10; // 1,024 buckets a doubling: 0.1 %
    static std::size_t index_of(std::uint64_t value);
    static std::uint64_t highest_in(std::size_t index);

    std::vector<std::uint64_t> counts_;
    std::uint64_t count_ = 0;
    std::uint64_t min_ = UINT64_MAX;
    std::uint64_t max_ = 0;
    double sum_ = 0;
};

} // namespace sluice::gateway::stress
