// A word where a command should stand, and is none.
#pragma once

#include <CLI/App.hpp>

#include <string>

namespace sluice::gateway::cli {

// What is wrong with it, with the nearest command there is; empty where all words name one. Before
// the command line is parsed, whose own message would not say it.
std::string unknown_command(CLI::App& program, int argc, char** argv);

} // namespace sluice::gateway::cli
