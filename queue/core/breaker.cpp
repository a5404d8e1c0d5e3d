#include "queue/core/breaker.hpp"

#include <algorithm>

namespace sluice::queue {

void breaker::reconfigure(breaker_options const& options) {
    if (options.window != options_.window) window_ = failure_window(options.window);
    options_ = options;
    open_for_ =
        std::clamp(open_for_, options.open_for, std::max(options.open_for, options.max_open_for));
}

breaker::passage breaker::at(mono_time now) const {
    switch (phase_) {
    case phase::closed:
        return passage::free;
    case phase::open:
        return now < until_ ? passage::shut : passage::probe;
    case phase::probing:
        return passage::shut;
    }
    return passage::shut;
}

std::optional<mono_time> breaker::opens_at() const {
    if (phase_ != phase::open) return std::nullopt;
    return until_;
}

void breaker::on_outcome(health h, bool is_probe, mono_time now) {
    if (phase_ == phase::closed) return count(h, now);
    if (phase_ != phase::probing || !is_probe) return;
    if (h == health::good) {
        phase_ = phase::closed;
        failures_ = 0;
        window_.clear();
        why_.clear();
        open_for_ = options_.open_for;
    } else if (h == health::bad) {
        open_for_ = std::min(open_for_ * 2, std::max(options_.open_for, options_.max_open_for));
        open(now + open_for_);
    } else {
        open(now); // the next attempt probes instead
    }
}

void breaker::count(health h, mono_time now) {
    if (h == health::unknown) return;
    bool const is_bad = h == health::bad;
    failures_ = is_bad ? failures_ + 1 : 0;
    window_.add(is_bad, now);
    if (!is_bad) return;
    if (options_.failures > 0 && failures_ >= options_.failures) {
        auto const* const noun = failures_ == 1 ? " failure" : " failures";
        why_ = std::to_string(failures_) + noun + " in a row";
        return open(now + open_for_);
    }
    auto const ended = static_cast<double>(window_.outcomes());
    auto const failed = static_cast<double>(window_.failures());
    if (options_.failure_share <= 0 || window_.outcomes() < options_.min_attempts) return;
    if (failed < options_.failure_share * ended) return;
    why_ = std::to_string(window_.failures()) + " of " + std::to_string(window_.outcomes()) +
           " attempts failed";
    open(now + open_for_);
}

void breaker::open(mono_time until) {
    phase_ = phase::open;
    until_ = until;
}

} // namespace sluice::queue
