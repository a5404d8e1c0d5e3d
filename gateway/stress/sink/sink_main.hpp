// The command `sluice sink`: a sink on its own threads until Ctrl-C or the end of its duration.
#pragma once

#include "gateway/stress/sink/sink_options.hpp"

namespace sluice::gateway::stress {

// Prints `sink listening on http://…` at once, and totals at the end. Returns the exit code: 0,
// 69 when the address cannot be bound, 73 when the record file cannot be opened or written.
int sink_main(sink_options const& options);

} // namespace sluice::gateway::stress
