// Whoever runs this, as the gateway's log and journal name them. Any thread.
#pragma once

#include <string>

namespace sluice::gateway::cli {

// The user's name as the system knows it, at most 64 bytes; empty where it knows none.
std::string actor_name();
// {"by":"anna"}, as every call that changes something takes it; empty without a name.
std::string actor_body();

} // namespace sluice::gateway::cli
