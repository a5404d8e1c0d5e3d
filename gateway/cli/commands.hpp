// The program's commands, each with its flags. Every `add_…` declares one on the command line; the
// returned function runs it and gives the exit code. Main thread, at start.
#pragma once

#include <CLI/App.hpp>

#include <functional>

namespace sluice::gateway::cli {

using command = std::function<int()>;

// Before anything else is done: of a command line that serves, what asks it to stop or to reload
// waits until there is somebody who hears it.
void hold_signals_of_serve(int argc, char const* const* argv);
command add_serve(CLI::App& program);
command add_check(CLI::App& program);
command add_sink(CLI::App& program);
command add_load(CLI::App& program);
command add_stress(CLI::App& program);
command add_journal(CLI::App& program);
command add_status(CLI::App& program);
command add_tasks(CLI::App& program);
command add_dead(CLI::App& program);
command add_destinations(CLI::App& program);
command add_jobs(CLI::App& program);
command add_accounts(CLI::App& program);
command add_agents(CLI::App& program);
command add_links(CLI::App& program);
command add_users(CLI::App& program);
command add_store(CLI::App& program);
command add_cluster(CLI::App& program);
command add_top(CLI::App& program);
command add_help(CLI::App& program);
command add_completion(CLI::App& program);
command add_version(CLI::App& program);

} // namespace sluice::gateway::cli
