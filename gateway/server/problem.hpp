// The problem document that the server answers where it refuses a request itself.
#pragma once
#include "gateway/http/refusal.hpp"

#include <string>

namespace sluice::gateway::server {

using http::refusal;

// Appends `{"type":"about:blank","title":…,"status":…,"detail":…}` to `out` (RFC 9457 section 3).
void write_problem_json(refusal const& why, std::string& out);

} // namespace sluice::gateway::server
