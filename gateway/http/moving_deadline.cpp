#include "gateway/http/moving_deadline.hpp"

namespace sluice::gateway::http {

void moving_deadline::sleeper::sleep() {
    sleeps_until = when;
    timer.expires_at(when); // ends the sleep before, if there is one
    timer.async_wait([self = shared_from_this()](error_code const& ec) {
        if (!ec) self->wake();
    });
}

void moving_deadline::sleeper::wake() {
    sleeps_until = never;
    if (!told || when == never) return;
    if (std::chrono::steady_clock::now() < when) return sleep();
    when = never;
    told->deadline_passed();
}

void moving_deadline::sleeper::cancel() {
    when = sleeps_until = never;
    timer.cancel();
}

void moving_deadline::sleeper::leave() {
    told = nullptr;
    cancel();
}

} // namespace sluice::gateway::http
