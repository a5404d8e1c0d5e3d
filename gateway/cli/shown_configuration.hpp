// The configuration in force as TOML: what the file says, with what flags and environment say above
// it, and the defaults of what concerns the process; secrets are left out. Pure; any thread.
#pragma once

#include "gateway/config/configuration.hpp"

#include <string>
#include <string_view>

namespace sluice::gateway::cli {

// `file` is the file's text, which could be loaded; empty: there is none. `config::load` reads the
// result, and complains of the secrets alone.
std::string shown_configuration(std::string_view file, config::configuration const& in_force);

} // namespace sluice::gateway::cli
