#include "queue/breaker.hpp"

#include <algorithm>

namespace sluice::queue {

void breaker::reconfigure(breaker_options const& options) {
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
    if (phase_ == phase::closed) {
        if (h == health::good) failures_ = 0;
        if (h == health::bad && ++failures_ >= options_.failures) open(now + open_for_);
        return;
    }
    if (phase_ != phase::probing || !is_probe) return;
    if (h == health::good) {
        phase_ = phase::closed;
        failures_ = 0;
        open_for_ = options_.open_for;
    } else if (h == health::bad) {
        open_for_ = std::min(open_for_ * 2, std::max(options_.open_for, options_.max_open_for));
        open(now + open_for_);
    } else {
        open(now); // the next attempt probes instead
    }
}

void breaker::open(mono_time until) {
    phase_ = phase::open;
    until_ = until;
}

} // namespace sluice::queue
