#include "gateway/client/moving_deadline.hpp"

namespace sluice::gateway::client {

void moving_deadline::move(time_point deadline) {
    deadline_ = deadline;
    if (deadline_ < armed_for_) arm();
}

void moving_deadline::cancel() {
    clear();
    armed_for_ = time_point::max();
    timer_.cancel();
}

void moving_deadline::arm() {
    armed_for_ = deadline_;
    timer_.expires_at(deadline_);
    // The listener owns this object: while it can be locked, `this` is alive.
    timer_.async_wait([this, whom = listener_](boost::system::error_code ec) {
        if (ec) return;
        if (auto const alive = whom.lock()) on_timer();
    });
}

void moving_deadline::on_timer() {
    armed_for_ = time_point::max();
    if (deadline_ == time_point::max()) return;
    if (std::chrono::steady_clock::now() < deadline_) return arm();
    clear();
    if (auto const alive = listener_.lock()) alive->on_deadline();
}

} // namespace sluice::gateway::client
