// The command line as it is declared, as plain values, and what is made from them: the manual pages
// and the shells' completions. Pure; any thread.
#pragma once

#include "gateway/config/reference.hpp"

#include <CLI/App.hpp>

#include <span>
#include <string>
#include <string_view>
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

// What a value is (declared_flag::value) where a running gateway knows which there are: the shell
// asks it when the tab key is pressed.
inline constexpr char destination_type[] = "DESTINATION";
inline constexpr char account_type[] = "ACCOUNT";
inline constexpr char job_type[] = "JOB";

// The program itself first, each command before those below it.
std::vector<declared_command> declared_commands(CLI::App const& program);

// Completion scripts to be sourced: commands, flags, the words that flags take, names of
// destinations, accounts and jobs; files where a value may be anything.
std::string bash_completion(std::span<declared_command const> all);
std::string zsh_completion(std::span<declared_command const> all);
std::string fish_completion(std::span<declared_command const> all);

// sluice(1) from the commands, sluice.toml(5) from the keys that the configuration's readers
// declare. In roff, for man(1). `version` as "0.1.0".
std::string program_manual(std::span<declared_command const> all, std::string_view version);
std::string configuration_manual(std::span<config::reference_row const> keys,
                                 std::string_view version);

} // namespace sluice::gateway::cli
