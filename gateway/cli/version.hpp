// Which Sluice this is. The build fills it in, in version.cpp alone, so that a new commit compiles
// one file.
#pragma once

#include "gateway/telemetry/render.hpp"

#include <string>

namespace sluice::gateway::cli {

telemetry::build_info build();

// "sluice 0.1.0 (revision, compiler)"
std::string version_text();

} // namespace sluice::gateway::cli
