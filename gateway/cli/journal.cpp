#include "gateway/cli/commands.hpp"
#include "gateway/cli/journal_inspect.hpp"
#include "gateway/serve/app.hpp"
#include "queue/journal/file_worker.hpp"
#include "queue/journal/posix_storage.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <string>

namespace sluice::gateway::cli {

namespace {

struct journal_flags {
    std::string directory;
    gateway::cli::inspect_options show;
};

using inspect = int (*)(queue::job_worker&, gateway::cli::inspect_options const&, std::ostream&,
                        std::ostream&);

int run(inspect what, journal_flags const& flags) {
    auto const disk = queue::open_directory(flags.directory, false);
    if (!disk) {
        std::cerr << "sluice: " << flags.directory << ": " << disk.error().message() << '\n';
        return exit_cannot_reach;
    }
    queue::file_worker files(**disk, queue::open_mode::read);
    auto const listed = files.run({queue::list_job{}, 0});
    if (!listed.error && listed.entries.empty()) {
        std::cerr << "sluice: " << flags.directory << ": there is no journal in this directory\n";
        return exit_cannot_reach;
    }
    return what(files, flags.show, std::cout, std::cerr);
}

} // namespace

command add_journal(CLI::App& program) {
    auto* const journal = program.add_subcommand("journal", "Look into a data directory");
    journal->require_subcommand(1);
    auto const flags = std::make_shared<journal_flags>();
    auto const chosen = std::make_shared<inspect>(nullptr);
    auto const add = [&](char const* name, char const* help, inspect what) {
        auto* const verb = journal->add_subcommand(name, help);
        verb->add_option("DIR", flags->directory, "The data directory")->required();
        verb->add_flag("--json", flags->show.as_json, "JSON instead of text");
        verb->callback([chosen, what] { *chosen = what; });
        return verb;
    };
    add("cat", "Print every record that can be read; exit 65 where not all can",
        &gateway::cli::journal_cat)
        ->add_flag("--bodies", flags->show.with_bodies, "With the bodies");
    add("check", "Say what is torn or damaged; exit 65 if anything is",
        &gateway::cli::journal_check);
    add("stats", "Print sizes and counts", &gateway::cli::journal_stats_text);
    add("export", "Print every task that waits and every dead letter, a line of JSON each",
        &gateway::cli::journal_export);
    return [flags, chosen] { return run(*chosen, *flags); };
}

} // namespace sluice::gateway::cli
