#include "queue/core/token_bucket.hpp"

#include <algorithm>
#include <limits>

namespace sluice::queue {

namespace {

// Units must stay far enough from the end of 64 bits to be added without a check.
constexpr std::uint64_t most_units = std::numeric_limits<std::uint64_t>::max() / 4;

__extension__ using wide = unsigned __int128; // a product of two counts of units

// Far enough from both ends of the scale for differences to fit.
constexpr mono_time long_ago{
    std::chrono::microseconds(std::numeric_limits<std::int64_t>::min() / 4)};

std::uint64_t units(std::uint64_t tokens, std::uint64_t period) {
    return std::min(tokens, most_units / period) * period;
}

} // namespace

token_bucket::token_bucket(token_bucket_options const& options) {
    rate_ = options.rate;
    period_ = static_cast<std::uint64_t>(std::max<std::int64_t>(options.period.count(), 1));
    capacity_ = units(std::max<std::uint64_t>(options.burst, 1), period_);
    level_ = capacity_;
    at_ = long_ago;
}

void token_bucket::reconfigure(token_bucket_options const& options, mono_time now) {
    if (rate_ == 0) {
        *this = token_bucket(options);
        return;
    }
    std::uint64_t const tokens = level_at(now) / period_;
    *this = token_bucket(options);
    level_ = std::min(capacity_, units(tokens, period_));
    at_ = now;
}

void token_bucket::reshape(token_bucket_options const& options, mono_time now) {
    bool const was_free = rate_ == 0;
    std::uint64_t const level = was_free ? 0 : level_at(now);
    std::uint64_t const tokens = level / period_;
    // A part of a token is the same part of it in other units, rounded down.
    auto const rest = static_cast<wide>(level % period_) *
                      static_cast<wide>(std::max<std::int64_t>(options.period.count(), 1)) /
                      period_;
    *this = token_bucket(options);
    if (rate_ == 0) return;
    if (options.burst == 0) capacity_ = 0;
    level_ = std::min(capacity_, units(tokens, period_) + static_cast<std::uint64_t>(rest));
    at_ = now;
}

void token_bucket::add(std::uint64_t tokens, mono_time now) {
    if (rate_ == 0) return;
    level_ = level_at(now);
    at_ = std::max(at_, now);
    level_ += std::min(capacity_ - level_, units(tokens, period_));
}

std::uint64_t token_bucket::level_at(mono_time now) const {
    if (now <= at_) return level_;
    auto const elapsed = static_cast<std::uint64_t>((now - at_).count());
    std::uint64_t const missing = capacity_ - level_;
    // Also keeps `elapsed * rate_` from overflowing.
    if (elapsed >= missing / rate_ + 1) return capacity_;
    return std::min(capacity_, level_ + elapsed * rate_);
}

mono_time token_bucket::ready_at(mono_time now, std::uint64_t count) const {
    if (rate_ == 0) return now;
    std::uint64_t const level = level_at(now);
    std::uint64_t const wanted = units(count, period_);
    if (level >= wanted) return now;
    std::uint64_t const wait = (wanted - level + rate_ - 1) / rate_;
    return std::max(now, at_) + std::chrono::microseconds(static_cast<std::int64_t>(wait));
}

void token_bucket::take(mono_time now) {
    charge(now);
}

void token_bucket::charge(mono_time at) {
    if (rate_ == 0) return;
    level_ = level_at(at);
    at_ = std::max(at_, at);
    level_ -= std::min(level_, period_);
}

void token_bucket::give_back() {
    level_ = std::min(capacity_, level_ + period_);
}

} // namespace sluice::queue
