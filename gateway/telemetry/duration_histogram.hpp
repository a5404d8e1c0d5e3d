// How long something took, counted in fixed buckets: 1 us wide up to 100 us, then 90 buckets a
// decade up to a day, so that a percentile is right within 10 % and every bound of the form
// 1, 2.5, 5 times a power of ten microseconds is met exactly (Prometheus' `le`).
// One writing thread, any number of readers; relaxed atomics, no lock, no allocation.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

namespace sluice::gateway::telemetry {

// A copy of one histogram, or of several added up. A value; empty when default-constructed.
class duration_distribution {
  public:
    std::uint64_t count() const;
    double sum_seconds() const { return static_cast<double>(sum_us_) / 1e6; }
    // How many took `bound` or less; exact for the bounds named above.
    std::uint64_t count_up_to(std::chrono::microseconds bound) const;

  private:
    friend class duration_histogram;
    std::vector<std::uint64_t> buckets_;
    std::uint64_t sum_us_ = 0;
};

class duration_histogram {
  public:
    // Counts one duration; negative counts as 0, more than a day as the last bucket. Rounded up
    // to whole microseconds. The writing thread only.
    void record(std::chrono::nanoseconds duration);

    // Adds what was counted so far to `sum`. Any thread.
    void add_to(duration_distribution& sum) const;

    static constexpr std::size_t linear = 100;                        // us, one bucket each
    static constexpr std::size_t decades = 9;                         // 100 us to 10^11 us
    static constexpr std::size_t buckets = linear + decades * 90 + 1; // the last one: longer

    // The bucket of a value of `us` whole microseconds, and the largest value a bucket takes.
    static std::size_t bucket_of(std::uint64_t us);
    static std::uint64_t upper_bound_us(std::size_t bucket);

  private:
    std::array<std::atomic<std::uint64_t>, buckets> counts_{};
    std::atomic<std::uint64_t> sum_us_{0};
};

} // namespace sluice::gateway::telemetry
