// The program: declares the commands, reads the command line, runs the one that was asked for.
#include "gateway/app.hpp"
#include "gateway/cli/commands.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>
#include <utility>
#include <vector>

int main(int argc, char** argv) {
    using namespace sluice::gateway;
    CLI::App program{"Sluice: an asynchronous webhook gateway", "sluice"};
    program.require_subcommand(1);
    program.set_help_all_flag("--help-all", "Print the help of every command");

    using declare = cli::command (*)(CLI::App&);
    std::vector<std::pair<CLI::App*, cli::command>> commands;
    for (declare const add : {&cli::add_serve, &cli::add_check, &cli::add_sink, &cli::add_load,
                              &cli::add_stress, &cli::add_tasks, &cli::add_dead,
                              &cli::add_destinations, &cli::add_journal, &cli::add_version}) {
        auto run = add(program);
        commands.emplace_back(program.get_subcommands({}).back(), std::move(run));
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
