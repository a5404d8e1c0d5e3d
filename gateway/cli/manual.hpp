// The manual pages: sluice(1) from the commands that are declared, sluice.toml(5) from the keys
// that the configuration's readers declare. In roff, for man(1). Pure; any thread.
#pragma once

#include "gateway/cli/declared.hpp"
#include "gateway/config/reference.hpp"

#include <span>
#include <string>
#include <string_view>

namespace sluice::gateway::cli {

// `version` as "0.1.0".
std::string program_manual(std::span<declared_command const> all, std::string_view version);
std::string configuration_manual(std::span<config::reference_row const> keys,
                                 std::string_view version);

} // namespace sluice::gateway::cli
