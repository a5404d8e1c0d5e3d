#include "gateway/server/deadline.hpp"

namespace sluice::gateway::server {

void deadline::sleep_less() {
    if (sleeps_until_ == never) return sleep();
    // Not nearer than this will the timer be, whatever is set before it has woken.
    sleeps_until_ = when_;
    timer_.cancel();
}

void deadline::sleep() {
    sleeps_until_ = when_;
    timer_.expires_at(when_);
    timer_.async_wait([this](http::error_code const& ec) { wake(ec); });
}

void deadline::wake(http::error_code const&) {
    sleeps_until_ = never;
    if (is_stopped_) return owner_.deadline_stopped();
    if (when_ == never) return;
    if (std::chrono::steady_clock::now() < when_) return sleep();
    when_ = never;
    owner_.deadline_passed();
}

void deadline::stop() {
    is_stopped_ = true;
    when_ = never;
    if (sleeps_until_ == never) return owner_.deadline_stopped();
    timer_.cancel();
}

} // namespace sluice::gateway::server
