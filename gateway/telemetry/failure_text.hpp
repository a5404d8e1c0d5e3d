// What went wrong with an attempt, in one line for an operator. Pure; any thread.
#pragma once

#include "queue/core/outcome.hpp"

#include <string>

namespace sluice::gateway::telemetry {

// "answered 404", "HTTP 401: token endpoint: …", "connect: connection refused"; secrets and numbers
// are taken out.
std::string failure_text(queue::outcome const& of);

} // namespace sluice::gateway::telemetry
