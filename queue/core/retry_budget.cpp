#include "queue/core/retry_budget.hpp"

#include <algorithm>
#include <cmath>

namespace sluice::queue {

void retry_budget::configure(retry_budget_options const& options, double part) {
    options_ = options;
    double const least = std::max(options.least, 1u) * std::clamp(part, 0.0, 1.0);
    // A little more than nothing lost to rounding: 10 * 0.7 is 7.
    constexpr double rounding = 1e-6;
    least_ = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(least + rounding));
    double const seconds_for_one = least < 1 ? 1 / std::max(least, 0.01) : 1;
    window_ = std::min(slices, static_cast<std::int64_t>(std::ceil(seconds_for_one - rounding)) *
                                   slices_a_second);
    count_window();
}

void retry_budget::count_window() {
    retries_in_window_ = 0;
    for (auto i = std::max<std::int64_t>(0, newest_ - window_ + 1); i <= newest_; ++i)
        retries_in_window_ += at(i).retries;
}

void retry_budget::advance(mono_time now) {
    std::int64_t const target = now.time_since_epoch().count() / slice_us;
    if (target - newest_ >= slices) {
        ring_.fill({});
        first_ = retries_ = retries_in_window_ = 0;
        newest_ = target;
        return;
    }
    while (newest_ < target) {
        ++newest_;
        slice& oldest = at(newest_); // ten seconds ago, and the newest from now on
        first_ -= oldest.first;
        retries_ -= oldest.retries;
        // Of a window as long as the ring it is the oldest slice itself that leaves.
        if (window_ == slices) {
            retries_in_window_ -= oldest.retries;
        } else if (newest_ >= window_) {
            retries_in_window_ -= at(newest_ - window_).retries;
        }
        oldest = {};
    }
}

bool retry_budget::allows(mono_time now) {
    auto const left = available(now);
    return !left || *left > 0;
}

std::optional<std::uint64_t> retry_budget::available(mono_time now) {
    advance(now);
    if (options_.share >= 1) return std::nullopt;
    // So many more that all retries are the share of all attempts, those more included. A share
    // like 0.2 is not exact in binary: a millionth of a retry is no retry.
    constexpr double rounding = 1e-6;
    double const all = static_cast<double>(first_ + retries_);
    double const by_share =
        (options_.share * all - static_cast<double>(retries_)) / (1 - options_.share) + rounding;
    std::uint64_t const by_floor = least_ - std::min(retries_in_window_, least_);
    return by_share > 0 ? std::max(by_floor, static_cast<std::uint64_t>(by_share)) : by_floor;
}

mono_time retry_budget::ready_at(mono_time now, std::uint64_t ahead) {
    auto const left = available(now);
    if (!left || *left > ahead) return now;
    std::chrono::microseconds const window(window_ * slice_us);
    // By the floor alone.
    auto const later = window * static_cast<std::int64_t>((ahead - *left) / least_);
    // The floor was used up within its window, a second: wait until the oldest of its retries is as
    // old as that. Where none is, those that may go now are yet to use it up.
    for (std::int64_t i = newest_ - window_ + 1; i <= newest_; ++i) {
        if (i >= 0 && at(i).retries > 0) {
            return mono_time(std::chrono::microseconds((i + window_) * slice_us)) + later;
        }
    }
    return now + window + later;
}

std::uint64_t retry_budget::first_attempts(mono_time now) {
    advance(now);
    return first_;
}

std::uint64_t retry_budget::retries(mono_time now) {
    advance(now);
    return retries_;
}

void retry_budget::on_first_attempt(mono_time now) {
    advance(now);
    ++at(newest_).first;
    ++first_;
}

void retry_budget::on_retry(mono_time now) {
    advance(now);
    ++at(newest_).retries;
    ++retries_;
    ++retries_in_window_;
}

} // namespace sluice::queue
