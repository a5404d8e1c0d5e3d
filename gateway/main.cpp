// The program: declares the commands, reads the command line, runs the one that was asked for.
#include "gateway/cli/commands.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace {

std::string exit_code_help() {
    std::string text = "Exit codes:";
    for (auto const& [code, meaning] : sluice::gateway::exit_meanings)
        text += fmt::format("\n  {:<4}{}", static_cast<int>(code), meaning);
    return text;
}

// The words up to the one that should name a command and does not; empty where all do.
std::string unknown_command(CLI::App& program, int argc, char** argv) {
    auto* at = &program;
    std::string words;
    for (int i = 1; i < argc; ++i) {
        std::string const word = argv[i];
        auto const below = at->get_subcommands([](CLI::App*) { return true; });
        if (below.empty() || word.starts_with('-')) return {};
        words += (words.empty() ? "" : " ") + word;
        auto const found =
            std::ranges::find(below, word, [](CLI::App const* each) { return each->get_name(); });
        if (found == below.end()) return words;
        at = *found;
    }
    return {};
}

} // namespace

int main(int argc, char** argv) {
    using namespace sluice::gateway;
    // A file-size limit must be an error that is told, from the first file on, and not an end.
    std::signal(SIGXFSZ, SIG_IGN);
    CLI::App program{"Sluice: an asynchronous webhook gateway", "sluice"};
    program.require_subcommand(1);
    program.set_help_all_flag("--help-all", "Print the help of every command");
    program.footer(exit_code_help());

    using declare = cli::command (*)(CLI::App&);
    std::vector<std::pair<CLI::App*, cli::command>> commands;
    for (declare const add :
         {&cli::add_serve, &cli::add_check, &cli::add_sink, &cli::add_load, &cli::add_stress,
          &cli::add_tasks, &cli::add_dead, &cli::add_destinations, &cli::add_store,
          &cli::add_cluster, &cli::add_journal, &cli::add_version}) {
        auto run = add(program);
        commands.emplace_back(program.get_subcommands({}).back(), std::move(run));
    }
    if (auto const unknown = unknown_command(program, argc, argv); !unknown.empty()) {
        std::cerr << "sluice: there is no command \"" << unknown << "\"; see sluice --help-all\n";
        return exit_usage;
    }
    try {
        program.parse(argc, argv);
    } catch (CLI::ParseError const& e) {
        return program.exit(e) == 0 ? exit_ok : exit_usage;
    }
    try {
        for (auto const& [name, run] : commands) {
            if (name->parsed()) return run();
        }
    } catch (std::exception const& e) {
        std::cerr << "sluice: this should not have happened: " << e.what() << '\n';
        return exit_bug;
    }
    return exit_usage;
}
