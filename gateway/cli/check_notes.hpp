// What `sluice check` says of a configuration that is allowed and unwise: secrets that everybody
// knows, doors that stand open, accounts that nobody can use, variables that are misspelt. Pure;
// any thread.
#pragma once

#include "gateway/config/configuration.hpp"
#include "gateway/config/problem.hpp"

#include <span>
#include <string>
#include <string_view>

namespace sluice::gateway::cli {

// Warnings; `text` is the file's, which could be loaded as `settings`. `published`: a configuration
// whose secrets everybody has read.
config::problem_list notes_on(std::string_view text, std::string const& file,
                              config::configuration const& settings, std::string_view published);

// Of an environment, `NAME=value` each: variables that are called as Sluice's and that it does not
// read.
config::problem_list notes_on_environment(std::span<std::string const> variables);

} // namespace sluice::gateway::cli
