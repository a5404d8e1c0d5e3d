// Where drivers read the time. The core never does: it gets `instant` values. Tests have their own.
#pragma once

#include "queue/core/time.hpp"

#include <optional>

namespace sluice::queue {

class clock {
  public:
    virtual ~clock() = default;
    virtual instant now() const = 0;
    // For who needs no other: the two are two calls to the system's clocks.
    virtual wall_time wall() const { return now().wall; }
};

// The machine's clocks.
class system_clock final : public clock {
  public:
    instant now() const override;
    wall_time wall() const override;
};

// Notices that the wall clock was set, by its distance from the monotonic one.
class clock_steps {
  public:
    // By how much the wall clock stepped since it was asked last; nothing below half a second.
    std::optional<std::chrono::milliseconds> notice(instant now);

  private:
    std::optional<std::chrono::milliseconds> offset_; // wall - mono
};

} // namespace sluice::queue
