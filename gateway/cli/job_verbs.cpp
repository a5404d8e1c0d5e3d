#include "gateway/cli/actor.hpp"
#include "gateway/cli/admin_tables.hpp"
#include "gateway/cli/admin_text.hpp"
#include "gateway/cli/change_tasks.hpp"
#include "gateway/cli/commands.hpp"
#include "gateway/cli/declared.hpp"
#include "gateway/cli/follow_job.hpp"
#include "gateway/cli/json_text.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

namespace sluice::gateway::cli {

namespace {

int list_jobs(verb_call const& with) {
    with.print_list(with.gateway().call("GET", "/v1/jobs"), "jobs", jobs_table);
    return exit_ok;
}

int show_jobs(verb_call const& with) {
    return with.for_each_name([&](std::string const& id) {
        with.print(with.gateway().call("GET", path_of("/v1/jobs/", id)), object_text);
    });
}

int stop_jobs(verb_call const& with) {
    bool const is_asked = with.is_asked();
    int refused = exit_ok;
    auto const code = with.for_each_name([&](std::string const& id) {
        auto const path = path_of("/v1/jobs/", id);
        if (with.flags().is_dry_run || is_asked) {
            auto const job = with.gateway().call("GET", path);
            auto const what =
                fmt::format("job {}: {}, {} done", id, text_of(job, "action"), job_progress(job));
            if (with.flags().is_dry_run)
                return print_dry_run(with, "stop", what, boost::json::object{{"job", job}});
            if (!with.may(fmt::format("stop {}?", what))) {
                refused = exit_missed;
                return;
            }
        }
        with.print(with.gateway().call("DELETE", path, actor_body()), job_text);
    });
    return code == exit_ok ? refused : code;
}

int wait_for_jobs(verb_call const& with) {
    int left = exit_ok;
    auto const code = with.for_each_name([&](std::string const& id) {
        auto const job = follow_job(with, id);
        with.print(job, job_text);
        if (exit_code_of_job(job) != exit_ok) left = exit_code_of_job(job);
    });
    return code == exit_ok ? left : code;
}

} // namespace

command add_jobs(CLI::App& program) {
    verbs all(program.add_subcommand("jobs", "Look at what is done to many tasks; stop it"));
    all.add("list", "List jobs: those that run, and the last that have ended", list_jobs);
    auto const add = [&all](char const* name, char const* help, verb run) {
        auto* const app = all.add(name, help, std::move(run));
        all.with_names(app, "ID", "Jobs", job_type);
        return app;
    };
    add("show", "Show everything about jobs", show_jobs);
    add("wait", "Wait until jobs have ended; exit 1 if one left something undone", wait_for_jobs);
    all.with_asking(add("stop", "Stop jobs; what they have done stays done", stop_jobs));
    return all.runner();
}

} // namespace sluice::gateway::cli
