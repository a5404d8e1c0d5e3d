// The examples that every command's help shows, and what the help says of the environment and of
// exit codes. A test parses each example with the command line it is for. Constant; any thread.
#pragma once

#include <CLI/App.hpp>

#include <span>
#include <string>
#include <string_view>

namespace sluice::gateway::cli {

struct example {
    std::string_view command; // whose help shows it: "tasks list"
    std::string_view line;    // as it is typed behind "sluice "
    std::string_view what;    // what that does
};
std::span<example const> examples();

// Writes them below the help of their commands.
void attach_examples(CLI::App& program);

struct variable_meaning {
    std::string_view name;
    std::string_view text;
};
// Every SLUICE_* variable that is read.
std::span<variable_meaning const> variables();

// Below the program's own help.
std::string environment_help();
std::string exit_code_help();

} // namespace sluice::gateway::cli
