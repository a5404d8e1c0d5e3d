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
    advance(now);
    // A share like 0.2 is not exact in binary: a millionth of a retry is no retry.
    constexpr double rounding = 1e-6;
    auto const allowed = options_.share * static_cast<double>(first_) + rounding;
    return retries_in_second_ < std::max(options_.least, 1u) ||
           static_cast<double>(retries_ + 1) <= allowed;
}

mono_time retry_budget::ready_at(mono_time now) {
    if (allows(now)) return now;
    // The floor was used up within this second: wait until the oldest of its retries is a second
    // old. One exists, or the floor would not be used up.
    for (std::int64_t i = newest_ - slices_a_second + 1; i <= newest_; ++i) {
        if (i >= 0 && at(i).retries > 0) {
            return mono_time(std::chrono::microseconds((i + slices_a_second) * slice_us));
        }
    }
    return now + std::chrono::microseconds(slice_us);
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
