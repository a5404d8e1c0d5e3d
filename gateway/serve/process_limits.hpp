// What the system allows the process, settled once before anything is opened: signals that would
// end it, descriptors, and how freed memory goes back. Main thread.
#pragma once

#include "gateway/config/limits.hpp"
#include "gateway/telemetry/log.hpp"

namespace sluice::gateway::serve {

// A peer that closes early and a file that may not grow become errors of the call at hand. The soft
// limit of descriptors is raised to the hard one; where `limit.connections` do not fit below it, a
// warning names both numbers. Large pieces of memory go back to the system when they are freed.
void settle_process(config::limits const& limit, telemetry::log& lines);

} // namespace sluice::gateway::serve
