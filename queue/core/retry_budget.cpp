#include "queue/core/retry_budget.hpp"

#include <algorithm>

namespace sluice::queue {

void retry_budget::advance(mono_time now) {
    std::int64_t const target = now.time_since_epoch().count() / slice_us;
    if (target - newest_ >= slices) {
        ring_.fill({});
        first_ = retries_ = retries_in_second_ = 0;
        newest_ = target;
        return;
    }
    while (newest_ < target) {
        ++newest_;
        slice& oldest = at(newest_); // ten seconds ago, and the newest from now on
        first_ -= oldest.first;
        retries_ -= oldest.retries;
        oldest = {};
        if (newest_ >= slices_a_second) {
            retries_in_second_ -= at(newest_ - slices_a_second).retries;
        }
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
    std::uint64_t const least = std::max(options_.least, 1u);
    std::uint64_t const by_floor = least - std::min(retries_in_second_, least);
    return by_share > 0 ? std::max(by_floor, static_cast<std::uint64_t>(by_share)) : by_floor;
}

mono_time retry_budget::ready_at(mono_time now, std::uint64_t ahead) {
    auto const left = available(now);
    if (!left || *left > ahead) return now;
    std::uint64_t const least = std::max(options_.least, 1u);
    std::chrono::seconds const later((ahead - *left) / least); // by the floor alone
    // The floor was used up within this second: wait until the oldest of its retries is a second
    // old. Where none is, those that may go now are yet to use it up.
    for (std::int64_t i = newest_ - slices_a_second + 1; i <= newest_; ++i) {
        if (i >= 0 && at(i).retries > 0) {
            return mono_time(std::chrono::microseconds((i + slices_a_second) * slice_us)) + later;
        }
    }
    return now + std::chrono::seconds(1) + later;
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
    ++retries_in_second_;
}

} // namespace sluice::queue
