#include "gateway/plan/call_rates.hpp"

#include <algorithm>

namespace sluice::gateway::plan {

namespace {

// Nanoseconds from one call to the next, rounded up: the rate is never exceeded.
std::int64_t interval_of(config::rate_limit const& limit) {
    auto const period = static_cast<std::uint64_t>(std::chrono::nanoseconds(limit.period).count());
    auto const count = std::max<std::uint64_t>(limit.count, 1);
    return static_cast<std::int64_t>(std::max<std::uint64_t>((period + count - 1) / count, 1));
}

} // namespace

std::optional<std::chrono::nanoseconds> call_rate::take(config::rate_limit const& limit,
                                                        time_point now) {
    auto const interval = interval_of(limit);
    auto const at_once = static_cast<std::int64_t>(std::max<std::uint64_t>(limit.burst, 1));
    auto const room = interval * (at_once - 1);
    auto const moment =
        std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
    auto full_at = full_at_.load(std::memory_order_relaxed);
    for (;;) {
        // After a reload to a higher rate the account owes no more than an empty bucket does.
        auto const from = std::clamp(full_at, moment, moment + room + interval);
        if (from - moment > room) {
            if (full_at > from && !full_at_.compare_exchange_weak(full_at, from)) continue;
            return std::chrono::nanoseconds(from - moment - room);
        }
        if (full_at_.compare_exchange_weak(full_at, from + interval, std::memory_order_relaxed)) {
            return std::nullopt;
        }
    }
}

std::shared_ptr<call_rate> call_rates::of(std::string_view account) {
    std::lock_guard const lock(mutex_);
    auto const found = rates_.find(account);
    if (found != rates_.end()) return found->second;
    return rates_.emplace(account, std::make_shared<call_rate>()).first->second;
}

} // namespace sluice::gateway::plan
