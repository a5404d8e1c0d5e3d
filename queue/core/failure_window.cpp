#include "queue/core/failure_window.hpp"

namespace sluice::queue {

void failure_window::clear() {
    ring_.fill({});
    outcomes_ = failures_ = 0;
}

void failure_window::advance(mono_time now) {
    std::int64_t const target = now.time_since_epoch().count() / slice_;
    if (target - newest_ >= slices) {
        clear();
        newest_ = target;
        return;
    }
    while (newest_ < target) {
        ++newest_;
        slice& oldest = at(newest_); // a window ago, and the newest from now on
        outcomes_ -= oldest.outcomes;
        failures_ -= oldest.failures;
        oldest = {};
    }
}

void failure_window::add(bool is_failure, mono_time now) {
    advance(now);
    slice& newest = at(newest_);
    ++newest.outcomes;
    ++outcomes_;
    if (!is_failure) return;
    ++newest.failures;
    ++failures_;
}

} // namespace sluice::queue
