#include "queue/core/lane.hpp"

#include <algorithm>

namespace sluice::queue {

namespace {

health health_of(outcome const& result) {
    switch (result.cause) {
    case cause::render:
    case cause::address_not_allowed:
    case cause::stopped:
        return health::unknown; // the destination was not reached, and not by its own fault
    case cause::answered:
        break;
    default:
        return health::bad;
    }
    if (result.verdict != verdict::retry) return health::good;
    // A destination that names its own pace is not broken: the gate does what it asks for.
    bool const is_paced = result.retry_after && !result.waits_alone;
    return is_paced ? health::unknown : health::bad;
}

// Whether the destination says, or shows by its silence, that it has too much.
bool is_overload(outcome const& result) {
    switch (result.cause) {
    case cause::timeout_before_send:
    case cause::timeout_after_send:
        return true;
    case cause::answered:
        return result.status == 429 || result.status == 503;
    default:
        return false;
    }
}

} // namespace

std::string closed_by(bool is_delivered, std::uint16_t status) {
    // A delivery closes the gate where it used up what the destination allows for now.
    return is_delivered ? "no calls remain in the destination's window"
                        : "answered " + std::to_string(status);
}

void lane::configure(lane_options const& options, mono_time now) {
    if (!share_) bucket_.reconfigure({options.rate, options.period, options.burst}, now);
    if (!options.breaker) {
        breaker_.reset();
    } else if (breaker_) {
        breaker_->reconfigure(*options.breaker);
    } else {
        breaker_.emplace(*options.breaker);
    }
    std::uint32_t const most = std::max(options.concurrency, 1u);
    if (!options.adaptive) {
        adaptive_.reset();
    } else if (adaptive_) {
        adaptive_->reconfigure(options.adaptive->min, most);
    } else {
        adaptive_.emplace(options.adaptive->min, most);
    }
    budget_.configure(options.retry_budget);
    options_ = options;
    if (share_) divide(now);
    gate_until_ = std::min(gate_until_, now + options.max_retry_after);
    is_configured_ = true;
}

std::uint32_t lane::limit() const {
    auto const most = adaptive_ ? adaptive_->limit() : std::max(options_.concurrency, 1u);
    return share_ ? std::min(most, share_->slots) : most;
}

void lane::change(lane_changed const& change) {
    if (change.version < version_) return;
    version_ = change.version;
    is_paused_ = change.is_paused;
    is_disabled_ = change.is_disabled;
    by_ = is_paused_ || is_disabled_ ? change.by : std::string();
}

std::optional<block> lane::blocked(mono_time now) const {
    if (!is_configured_) return block{hold_reason::not_configured, {}};
    if (is_disabled_) return block{hold_reason::disabled, {}};
    if (is_paused_) return block{hold_reason::paused, {}};
    if (now < gate_until_) return block{hold_reason::retry_after, gate_until_};
    if (breaker_ && breaker_->at(now) == breaker::passage::shut) {
        return block{hold_reason::breaker_open, breaker_->opens_at()};
    }
    if (!holds_enough()) return block{hold_reason::permits, {}};
    if (in_flight_ >= limit()) return block{hold_reason::concurrency, {}};
    if (auto const at = bucket_.ready_at(now); at > now) return block{hold_reason::rate, at};
    return std::nullopt;
}

std::optional<block> lane::retry_blocked(mono_time now) {
    if (sends_probe(now) || budget_.allows(now)) return std::nullopt;
    return block{hold_reason::retry_budget, budget_.ready_at(now)};
}

void lane::hold_retries() {
    if (held_in_line_ == retries_in_line_) return;
    retries_held_ += retries_in_line_ - held_in_line_;
    held_in_line_ = retries_in_line_;
    ++holds_; // whoever is in line saw fewer: that is how it is known as held when it leaves
}

void lane::on_retry_in_line(task_node& node) {
    ++retries_in_line_;
    node.rest()->holds_seen = holds_;
}

void lane::on_retry_out_of_line(task_node const& node) {
    --retries_in_line_;
    if (node.rest()->holds_seen != holds_ && held_in_line_ > 0) --held_in_line_;
    held_in_line_ = std::min(held_in_line_, retries_in_line_);
}

bool lane::sends_probe(mono_time now) const {
    return breaker_ && breaker_->at(now) == breaker::passage::probe;
}

void lane::on_sent(task_id const& id, bool is_retry, mono_time now) {
    ++in_flight_;
    ++sent_;
    most_in_flight_ = std::max(most_in_flight_, in_flight_);
    bucket_.take(now);
    if (is_retry) {
        budget_.on_retry(now);
    } else {
        budget_.on_first_attempt(now);
    }
    if (sends_probe(now)) {
        breaker_->send_probe();
        probe_ = id;
    }
}

bool lane::take_probe(task_id const& id) {
    bool const is_probe = !probe_.is_nil() && probe_ == id;
    if (is_probe) probe_ = {};
    return is_probe;
}

void lane::adapt(outcome const& result, mono_time now) {
    if (is_overload(result)) {
        adaptive_->on_overload(in_flight_, now);
    } else if (result.cause == cause::answered) {
        adaptive_->on_answer(result.duration, in_flight_, now);
    }
}

void lane::close_gate(mono_time until, std::string by) {
    if (until <= gate_until_) return;
    gate_until_ = until;
    gate_by_ = std::move(by);
}

void lane::restore_gate(mono_time until, std::string by, mono_time now) {
    close_gate(std::min(until, now + options_.max_retry_after), std::move(by));
}

void lane::restore_breaker(std::optional<mono_time> until, std::string why, mono_time now) {
    if (!breaker_) return;
    if (!until) return breaker_->restore_closed();
    auto const longest = std::max(options_.breaker->open_for, options_.breaker->max_open_for);
    breaker_->restore_open(std::min(*until, now + longest), std::move(why));
}

void lane::on_outcome(task_id const& id, outcome const& result, mono_time now) {
    if (adaptive_) adapt(result, now);
    if (in_flight_ > 0) --in_flight_;
    bool const is_probe = take_probe(id);
    if (breaker_) breaker_->on_outcome(health_of(result), is_probe, now);
    if (result.retry_after && !result.waits_alone) {
        bool const is_delivered = result.verdict == verdict::delivered;
        close_gate(now + *result.retry_after, closed_by(is_delivered, result.status));
    }
}

void lane::on_returned(task_id const& id, mono_time now) {
    if (in_flight_ > 0) --in_flight_;
    bool const is_probe = take_probe(id);
    if (breaker_) breaker_->on_outcome(health::unknown, is_probe, now);
}

void lane::on_withdrawn(task_id const& id, mono_time now) {
    bucket_.give_back();
    on_returned(id, now);
}

} // namespace sluice::queue
