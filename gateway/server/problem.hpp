// What the server answers when it refuses a request by itself.
#pragma once
#include "gateway/http/problem.hpp"

#include <string>

namespace sluice::gateway::server {

using http::problem;

// Appends `{"type":"about:blank","title":…,"status":…,"detail":…}` to `out` (RFC 9457 section 3).
void write_problem_json(problem const& refusal, std::string& out);

} // namespace sluice::gateway::server
