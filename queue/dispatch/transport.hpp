// The seam to HTTP: carries one attempt to its destination and reports what came of it.
// One transport for each I/O thread; it is called on that thread only.
#pragma once

#include "queue/core/attempt.hpp"

namespace sluice::queue {

// Told once for each attempt, on the transport's thread.
class outcome_sink {
  public:
    virtual void on_outcome(attempt&& done, outcome&& result) = 0;

  protected:
    ~outcome_sink() = default;
};

class transport {
  public:
    virtual ~transport() = default;

    // Carries `a` and reports to `sink` exactly once, later or at once. Never throws.
    virtual void send(attempt&& a, outcome_sink& sink) = 0;

    // Ends what is under way with cause::stopped.
    virtual void stop() = 0;
};

} // namespace sluice::queue
