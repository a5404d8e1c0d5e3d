// A clock that only the simulation moves. The two scales can be moved apart, as a stepped wall
// clock does. It stands decades ahead of the machine's own: no real timer ever goes off.
#pragma once

#include "queue/dispatch/clock.hpp"

#include <algorithm>

namespace sluice::tests {

class simulated_clock final : public queue::clock {
  public:
    queue::instant now() const override { return now_; }

    void advance(std::chrono::milliseconds by) {
        now_.mono += by;
        move_wall(by);
    }
    void step_wall(std::chrono::milliseconds by) {
        ++steps_;
        if (by > by.zero()) ++steps_ahead_;
        move_wall(by);
    }
    // Another gateway's clock showed this.
    void saw(queue::wall_time wall) { latest_wall_ = std::max(latest_wall_, wall); }
    // How often the wall clock was stepped.
    int steps() const { return steps_; }
    // How often it was set to a later time.
    int steps_ahead() const { return steps_ahead_; }
    // The latest wall time that there ever was.
    queue::wall_time latest_wall() const { return latest_wall_; }

  private:
    void move_wall(std::chrono::milliseconds by) {
        now_.wall += by;
        latest_wall_ = std::max(latest_wall_, now_.wall);
    }

    queue::instant now_{queue::wall_time(std::chrono::milliseconds(1'764'000'000'000)),
                        queue::mono_time(std::chrono::hours(1'000'000))};
    queue::wall_time latest_wall_ = now_.wall;
    int steps_ = 0;
    int steps_ahead_ = 0;
};

} // namespace sluice::tests
