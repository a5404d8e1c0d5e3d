#include "gateway/cli/admin_tables.hpp"
#include "gateway/cli/admin_text.hpp"
#include "gateway/cli/commands.hpp"
#include "gateway/cli/follow_job.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include <iostream>

namespace sluice::gateway::cli {

namespace {

int list_jobs(verb_call const& with) {
    auto const answer = with.gateway().call("GET", "/v1/jobs");
    if (with.is_json()) {
        std::cout << boost::json::serialize(answer) << '\n';
        return exit_ok;
    }
    with.print_list(answer.at("jobs").as_array(), jobs_table);
    return exit_ok;
}

int show_jobs(verb_call const& with) {
    return with.for_each_name([&](std::string const& id) {
        with.print(with.gateway().call("GET", path_of("/v1/jobs/", id)), object_text);
    });
}

int stop_jobs(verb_call const& with) {
    return with.for_each_name([&](std::string const& id) {
        with.print(with.gateway().call("DELETE", path_of("/v1/jobs/", id)), job_text);
    });
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
    verbs all(program.add_subcommand("jobs", "Look at what is being done to many tasks"));
    all.add("list", "List jobs: those that run, and the last that have ended", list_jobs);
    auto const add = [&all](char const* name, char const* help, verb run) {
        all.with_names(all.add(name, help, std::move(run)), "ID", "Jobs");
    };
    add("show", "Show everything about jobs", show_jobs);
    add("wait", "Wait until jobs have ended; exit 1 if one left something undone", wait_for_jobs);
    add("stop", "Stop jobs; what they have done stays done", stop_jobs);
    return all.runner();
}

} // namespace sluice::gateway::cli
