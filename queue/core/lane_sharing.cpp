// A lane as one of several that share its destination's limits.
#include "queue/core/lane.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace sluice::queue {

namespace {

std::uint32_t narrow(std::uint64_t n) {
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(n, std::numeric_limits<std::uint32_t>::max()));
}

// `parts` of a rate, as whole numbers that are as small as they get: a bucket counts in their
// product.
token_bucket_options part_of(lane_options const& whole, lane_share const& held) {
    std::uint64_t rate = whole.rate * held.rate;
    auto period = static_cast<std::uint64_t>(whole.period.count()) * all_parts;
    auto const common = std::gcd(rate, period);
    return {rate / common, std::chrono::microseconds(period / common),
            std::min<std::uint64_t>(whole.burst, held.burst)};
}

} // namespace

lane_whole lane::whole() const {
    lane_whole all;
    all.slots = std::max(options_.concurrency, 1u);
    if (options_.rate == 0) return all;
    all.rate = static_cast<double>(options_.rate) * 1e6 /
               static_cast<double>(std::max<std::int64_t>(options_.period.count(), 1));
    all.burst = narrow(std::max<std::uint64_t>(options_.burst, 1));
    return all;
}

// Without a share to speak of the bucket is one that never has a token: what had gathered is gone.
lane_held lane::set_share(lane_share const& share, std::uint64_t tokens, mono_time now) {
    share_ = share;
    lane_held done;
    done.in_flight = in_flight_;
    if (!is_configured_) return done;
    std::uint64_t const before = options_.rate != 0 ? bucket_.tokens_at(now) : 0;
    divide(now);
    if (options_.rate == 0) return done;
    done.lost = before - std::min(before, bucket_.tokens_at(now));
    bucket_.add(tokens, now);
    return done;
}

void lane::divide(mono_time now) {
    bool const has_rate = options_.rate != 0;
    bool const is_empty = !is_usable(*share_, has_rate);
    if (!has_rate) {
        bucket_ = token_bucket();
    } else if (is_empty) {
        bucket_.reshape({options_.rate, options_.period, 0}, now);
    } else {
        bucket_.reshape(part_of(options_, *share_), now);
    }
    auto const slots = std::max(options_.concurrency, 1u);
    double const part = has_rate ? static_cast<double>(share_->rate) / all_parts
                                 : static_cast<double>(std::min(share_->slots, slots)) / slots;
    budget_.configure(options_.retry_budget, part);
}

bool lane::holds_enough() const {
    return !share_ || is_usable(*share_, options_.rate != 0);
}

lane_use lane::take_use(mono_time now) {
    lane_use use;
    use.sent = std::exchange(sent_, 0);
    use.in_flight = in_flight_;
    use.most_in_flight = std::exchange(most_in_flight_, in_flight_);
    if (!has_ready()) return use;
    auto const why = blocked(now);
    use.lacks_rate =
        why && (why->reason == hold_reason::rate || why->reason == hold_reason::permits);
    use.lacks_slots = why && (why->reason == hold_reason::permits ||
                              (why->reason == hold_reason::concurrency &&
                               in_flight_ >= (share_ ? share_->slots : limit())));
    bool const may_go = !why || use.lacks_rate || why->reason == hold_reason::concurrency;
    if (may_go) use.ready = counts[static_cast<std::size_t>(task_state::ready)];
    return use;
}

} // namespace sluice::queue
