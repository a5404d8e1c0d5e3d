// The command line as it is declared, as plain values: what the manual page and the completions are
// made from. Pure; any thread.
#pragma once

#include <CLI/App.hpp>

#include <string>
#include <vector>

namespace sluice::gateway::cli {

struct declared_flag {
    std::vector<std::string> names; // "-o", "--output"; of a positional "ID"
    std::string value;              // what stands behind it: "TEXT"; empty for a switch
    std::string description;
    std::vector<std::string> words; // those that it takes, where it takes only these
    bool is_positional = false;
    bool is_required = false;
    bool takes_many = false;
};

struct declared_command {
    std::string path; // "tasks list"; empty: the program
    std::string description;
    std::string footer; // its examples
    std::vector<declared_flag> flags;
    std::vector<std::string> below; // the words that may follow
};

// The program itself first, each command before those below it.
std::vector<declared_command> declared_commands(CLI::App const& program);

} // namespace sluice::gateway::cli
