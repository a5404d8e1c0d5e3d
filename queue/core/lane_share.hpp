// What one of several gateways may use of a destination's limits while nothing hands shares out
// between them: an equal part. Pure.
#pragma once

#include "queue/core/lane_options.hpp"

#include <cstddef>

namespace sluice::queue {

// `members` live, 1 and up, ourselves among them. Rate, burst and concurrency are divided; together
// the members never exceed the rate. Burst and concurrency are at least 1 each, so a destination
// whose concurrency is below the number of members may see as many attempts as there are members.
// All else (retries, breaker, batches) is each gateway's own.
lane_options share_of(lane_options whole, std::size_t members);

} // namespace sluice::queue
