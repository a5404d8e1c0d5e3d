// Where drivers read the time. The core never does: it gets `instant` values. Tests have their own.
#pragma once

#include "queue/core/time.hpp"

namespace sluice::queue {

class clock {
  public:
    virtual ~clock() = default;
    virtual instant now() const = 0;
};

// The machine's clocks.
class system_clock final : public clock {
  public:
    instant now() const override;
};

} // namespace sluice::queue
