#include "gateway/cli/program.hpp"

#include "gateway/cli/examples.hpp"
#include "gateway/cli/terminal.hpp"
#include "gateway/cli/unknown_command.hpp"
#include "gateway/cli/version.hpp"
#include "gateway/cli/wrapped_text.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <string>
#include <utility>

namespace sluice::gateway::cli {

namespace {

// Help that fits the terminal; whole lines for everything else.
class fitting_formatter : public CLI::Formatter {
  public:
    std::string make_help(CLI::App const* app, std::string name,
                          CLI::AppFormatMode mode) const override {
        auto text = CLI::Formatter::make_help(app, std::move(name), mode);
        auto const screen = terminal_of_process();
        // A part of another help is wrapped with it.
        bool const is_part = mode == CLI::AppFormatMode::Sub;
        return is_part || !screen.is_output ? text : wrapped_lines(text, screen.width);
    }
};

} // namespace

program::program()
    : app_("Sluice: an asynchronous webhook gateway", "sluice") {
    app_.formatter(std::make_shared<fitting_formatter>());
    app_.require_subcommand(1);
    app_.set_help_all_flag("--help-all", "Print the help of every command");
    app_.set_version_flag("--version", version_text(), "Print the version");
    using declare = command (*)(CLI::App&);
    for (declare const add :
         {&add_serve,        &add_check,      &add_status,   &add_top,    &add_tasks, &add_dead,
          &add_destinations, &add_jobs,       &add_accounts, &add_agents, &add_links, &add_users,
          &add_store,        &add_cluster,    &add_journal,  &add_sink,   &add_load,  &add_stress,
          &add_help,         &add_completion, &add_version}) {
        auto run = add(app_);
        commands_.emplace_back(app_.get_subcommands({}).back(), std::move(run));
    }
    attach_examples(app_);
    // Last, for commands would inherit it: variables and exit codes stand in the first help alone.
    app_.footer(environment_help() + "\n\n" + exit_code_help());
}

int program::run(int argc, char** argv) {
    if (auto const unknown = unknown_command(app_, argc, argv); !unknown.empty()) {
        std::cerr << "sluice: " << unknown << '\n';
        return exit_usage;
    }
    try {
        app_.parse(argc, argv);
    } catch (CLI::ExtrasError const& e) {
        auto const unknown = unknown_flag(app_, argc, argv);
        if (unknown.empty()) return app_.exit(e) == 0 ? exit_ok : exit_usage;
        std::cerr << "sluice: " << unknown << '\n';
        return exit_usage;
    } catch (CLI::ParseError const& e) {
        return app_.exit(e) == 0 ? exit_ok : exit_usage;
    }
    for (auto const& [name, run_it] : commands_) {
        if (name->parsed()) return run_it();
    }
    return exit_usage;
}

} // namespace sluice::gateway::cli
