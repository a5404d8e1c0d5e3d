// Who tells the other gateways of a cluster how a lane stands. There is none without a cluster.
#pragma once

#include "queue/core/lane_stand.hpp"

namespace sluice::queue {

class lane_herald {
  public:
    // This gateway has found the lane disabled or its gate closed, by an answer or in a log. On the
    // core's thread: must not block. Not told twice; whoever cannot pass it on keeps it.
    virtual void tell(lane_stand&& stand) = 0;

  protected:
    ~lane_herald() = default;
};

} // namespace sluice::queue
