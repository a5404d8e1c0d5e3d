// sluice status: whether a gateway takes calls, at a glance; for people, scripts and HEALTHCHECK.
#include "gateway/cli/admin_client.hpp"
#include "gateway/cli/commands.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace sluice::gateway::cli {

namespace {

struct status_flags {
    admin_flags admin;
    bool as_json = false;
};

int show_status(status_flags const& f) {
    admin_client const to(resolve_admin(f.admin));
    auto const given = to.look("/readyz?verbose", f.as_json ? "application/json" : "text/plain");
    std::cout << given.body << (given.body.ends_with('\n') ? "" : "\n");
    if (given.status == 200) return exit_ok;
    std::cerr << "sluice: " << to.url() << " takes no calls (HTTP " << given.status << ")\n";
    return exit_cannot_reach;
}

} // namespace

command add_status(CLI::App& program) {
    auto const flags = std::make_shared<status_flags>();
    auto* const status = program.add_subcommand(
        "status", "Say whether a running gateway takes calls, and what is wrong; exit 69 if not");
    flags->admin.add_to(*status);
    status->add_flag("--json", flags->as_json, "JSON instead of text");
    return telling_errors([flags] { return show_status(*flags); });
}

} // namespace sluice::gateway::cli
