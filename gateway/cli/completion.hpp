// Shell completions, made from the commands that are declared. Pure; any thread.
#pragma once

#include "gateway/cli/declared.hpp"

#include <span>
#include <string>

namespace sluice::gateway::cli {

// Scripts to be sourced: commands, flags and the words that flags take; files where a file is
// meant.
std::string bash_completion(std::span<declared_command const> all);
std::string zsh_completion(std::span<declared_command const> all);
std::string fish_completion(std::span<declared_command const> all);

} // namespace sluice::gateway::cli
