// A word where a command or a flag should stand, and is none.
#pragma once

#include <CLI/App.hpp>

#include <string>
#include <vector>

namespace sluice::gateway::cli {

// What is wrong with it, with the nearest command there is; empty where all words name one. Before
// the command line is parsed, whose own message would not say it.
std::string unknown_command(CLI::App& program, int argc, char** argv);
// The same of words by themselves; where a command takes arguments, those are words too many.
std::string unknown_words(CLI::App& program, std::vector<std::string> const& words);
// Of a command line that cannot be parsed: the flag that its command does not have, with the
// nearest that it has; empty where there is none like it.
std::string unknown_flag(CLI::App& program, int argc, char** argv);

} // namespace sluice::gateway::cli
