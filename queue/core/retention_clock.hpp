// The time by which what is kept grows old: dead letters, history, keys. It follows the wall clock,
// but never runs faster than twice the time that really passed, so that a clock which jumps weeks
// ahead for a moment destroys nothing. Where the wall clock is set back it goes back too: things
// are then kept a little longer. A value; the caller gives the time.
#pragma once

#include "queue/core/time.hpp"

#include <algorithm>
#include <optional>

namespace sluice::queue {

class retention_clock {
  public:
    // Begins at a time that is known to have passed, instead of at the first `now`: the newest
    // thing that is kept. So a clock that is wrong at the start destroys nothing either.
    void begin_at(wall_time known) { reached_ = known; }

    wall_time at(instant now) {
        if (!reached_) reached_ = now.wall;
        auto const passed = last_ ? now.mono - *last_ : std::chrono::microseconds(0);
        last_ = now.mono;
        reached_ = std::min<fine_time>(now.wall, *reached_ + most_a_second * passed);
        return std::chrono::floor<std::chrono::milliseconds>(*reached_);
    }

  private:
    using fine_time = std::chrono::sys_time<std::chrono::microseconds>;
    static constexpr int most_a_second = 2; // seconds

    std::optional<fine_time> reached_;
    std::optional<mono_time> last_;
};

} // namespace sluice::queue
