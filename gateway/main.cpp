// The program: declares the commands, reads the command line, runs the one that was asked for.
#include "gateway/cli/commands.hpp"
#include "gateway/cli/unknown_command.hpp"
#include "gateway/cli/version.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace {

std::string exit_code_help() {
    std::string text = "Exit codes:";
    for (auto const& [code, meaning] : sluice::gateway::exit_meanings)
        text += fmt::format("\n  {:<4}{}", static_cast<int>(code), meaning);
    return text;
}

// What was printed must have arrived: a full disk behind `>` is an error of the command, whatever
// it did before.
int ended(int code) {
    errno = 0;
    std::cout.flush();
    std::fflush(stdout);
    int const why = errno;
    if (std::cout && std::ferror(stdout) == 0) return code;
    // What failed in the middle of a long output has not kept its reason.
    std::cerr << "sluice: cannot write the output"
              << (why == 0 ? "" : ": " + std::generic_category().message(why)) << '\n';
    bool const has_failed =
        code != sluice::gateway::exit_ok && code != sluice::gateway::exit_missed;
    return has_failed ? code : static_cast<int>(sluice::gateway::exit_cannot_write);
}

} // namespace

int main(int argc, char** argv) {
    using namespace sluice::gateway;
    // A file-size limit must be an error that is told, from the first file on, and not an end.
    std::signal(SIGXFSZ, SIG_IGN);
    CLI::App program{"Sluice: an asynchronous webhook gateway", "sluice"};
    program.require_subcommand(1);
    program.set_help_all_flag("--help-all", "Print the help of every command");
    program.set_version_flag("--version", cli::version_text(), "Print the version");
    program.footer(exit_code_help());

    using declare = cli::command (*)(CLI::App&);
    std::vector<std::pair<CLI::App*, cli::command>> commands;
    for (declare const add :
         {&cli::add_serve, &cli::add_check, &cli::add_sink, &cli::add_load, &cli::add_stress,
          &cli::add_status, &cli::add_tasks, &cli::add_dead, &cli::add_destinations,
          &cli::add_store, &cli::add_cluster, &cli::add_journal, &cli::add_version}) {
        auto run = add(program);
        commands.emplace_back(program.get_subcommands({}).back(), std::move(run));
    }
    if (auto const unknown = cli::unknown_command(program, argc, argv); !unknown.empty()) {
        std::cerr << "sluice: " << unknown << '\n';
        return exit_usage;
    }
    try {
        program.parse(argc, argv);
    } catch (CLI::ParseError const& e) {
        return ended(program.exit(e) == 0 ? exit_ok : exit_usage);
    }
    try {
        for (auto const& [name, run] : commands) {
            if (name->parsed()) return ended(run());
        }
    } catch (std::exception const& e) {
        std::cerr << "sluice: this should not have happened: " << e.what() << '\n';
        return exit_bug;
    }
    return exit_usage;
}
