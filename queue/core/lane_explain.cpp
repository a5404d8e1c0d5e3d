// What a lane says about itself: why it holds a task, and how its gates stand.
#include "queue/core/lane.hpp"

#include <algorithm>

namespace sluice::queue {

namespace {

wall_time to_wall(mono_time at, instant now) {
    return now.wall + std::chrono::ceil<std::chrono::milliseconds>(at - now.mono);
}

} // namespace

void lane::explain(instant now, bool is_retry, std::uint64_t ahead, std::vector<hold>& reasons) {
    auto const add = [&](hold_reason kind, std::optional<mono_time> until, std::string by = {}) {
        hold h{kind, {}, std::move(by)};
        if (until) h.until = to_wall(*until, now);
        reasons.push_back(std::move(h));
    };
    if (!is_configured_) return add(hold_reason::not_configured, {});
    if (is_disabled_) add(hold_reason::disabled, {}, by_);
    if (is_paused_) add(hold_reason::paused, {}, by_);
    if (now.mono < gate_until_) add(hold_reason::retry_after, gate_until_, gate_by_);
    if (breaker_ && breaker_->at(now.mono) == breaker::passage::shut) {
        add(hold_reason::breaker_open, breaker_->opens_at(), breaker_->why());
    }
    if (!holds_enough()) {
        add(hold_reason::permits, {}, "this gateway holds no part of this destination's limits");
        if (is_retry && !sends_probe(now.mono)) explain_budget(now, ahead, reasons);
        return;
    }
    if (in_flight_ >= limit()) add(hold_reason::concurrency, {});
    if (auto const at = bucket_.ready_at(now.mono, ahead + 1); at > now.mono) {
        add(hold_reason::rate, at);
    }
    if (is_retry && !sends_probe(now.mono)) explain_budget(now, ahead, reasons);
}

// First attempts go before it too, but spend nothing of the budget.
void lane::explain_budget(instant now, std::uint64_t ahead, std::vector<hold>& reasons) {
    std::uint64_t first = 0;
    shares[static_cast<std::size_t>(urgency::first)].for_each(
        [&](account_share const& share) { first += share.line.size(); });
    std::uint64_t const retries = ahead - std::min(ahead, first);
    auto const at = budget_.ready_at(now.mono, retries);
    if (at > now.mono) {
        reasons.push_back({hold_reason::retry_budget, to_wall(at, now), {}, retries});
    }
}

lane_pace lane::pace(instant now) {
    lane_pace p;
    p.in_flight = in_flight_;
    p.limit = limit();
    p.concurrency = std::max(options_.concurrency, 1u);
    p.is_adaptive = adaptive_.has_value();
    if (adaptive_) p.usual_latency = adaptive_->usual_latency();
    p.share = share_;
    if (options_.rate != 0) {
        p.tokens = bucket_.tokens_at(now.mono);
        p.burst = std::max<std::uint64_t>(options_.burst, 1);
        p.rate = options_.rate;
        p.period = options_.period;
        if (*p.tokens == 0 && holds_enough())
            p.next_token_at = to_wall(bucket_.ready_at(now.mono), now);
    }
    if (breaker_) explain_breaker(now, p);
    if (now.mono < gate_until_) {
        p.gate_until = to_wall(gate_until_, now);
        p.gate_by = gate_by_;
    }
    p.retry_share = options_.retry_budget.share;
    p.least_retries = std::max(options_.retry_budget.least, 1u);
    p.retries = budget_.retries(now.mono);
    p.first_attempts = budget_.first_attempts(now.mono);
    p.retries_left = budget_.available(now.mono);
    p.retries_held = retries_held_;
    if (!budget_.allows(now.mono)) p.next_retry_at = to_wall(budget_.ready_at(now.mono), now);
    return p;
}

void lane::explain_breaker(instant now, lane_pace& p) const {
    p.failures_in_a_row = breaker_->failures_in_a_row();
    p.breaker_by = breaker_->why();
    p.breaker = breaker_phase::closed;
    if (!breaker_->is_open()) return;
    bool const is_shut = breaker_->at(now.mono) == breaker::passage::shut;
    p.breaker = is_shut && !breaker_->is_probing() ? breaker_phase::open : breaker_phase::half_open;
    if (auto const at = breaker_->opens_at()) p.probe_at = to_wall(*at, now);
}

} // namespace sluice::queue
