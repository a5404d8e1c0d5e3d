// The end of the loop: attempts come back, what waits for the disk is answered, the journal closes.
#include "queue/core/error.hpp"
#include "queue/dispatch/dispatcher.hpp"

#include <utility>

namespace sluice::queue {

void dispatcher::drain(std::function<void()> done) {
    is_draining_ = true;
    outgoing_.stop();
    if (claims_) refuse_claiming(claims_->give_up(mono_time::max()), errc::stopping);
    tell_drained_ = std::move(done);
    wake();
}

void dispatcher::go_on_draining() {
    if (!tell_drained_) return;
    for (auto const& each : ports_) {
        if (each->in_flight_ > 0) return;
    }
    if (outgoing_.is_busy() || !waiting_.is_empty()) return;
    // What is decided must be said, or the keys are in doubt until the log is opened again.
    if (claims_ && !claims_->is_idle() && !journal_.has_failed()) return;
    if (!std::exchange(has_closed_, true)) {
        journal_.close();
        start_jobs(clock_.now());
    }
    if (!journal_.is_closed()) return;
    std::exchange(tell_drained_, nullptr)();
}

} // namespace sluice::queue
