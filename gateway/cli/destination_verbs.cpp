#include "gateway/cli/actor.hpp"
#include "gateway/cli/admin_tables.hpp"
#include "gateway/cli/admin_text.hpp"
#include "gateway/cli/change_tasks.hpp"
#include "gateway/cli/commands.hpp"
#include "gateway/cli/declared.hpp"
#include "gateway/cli/json_text.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <iostream>
#include <string>

namespace sluice::gateway::cli {

namespace {

int list_destinations(verb_call const& with) {
    auto const answer = with.gateway().call("GET", "/v1/destinations");
    with.print_list(answer, "destinations", destinations_table, destination_line);
    return exit_ok;
}

boost::json::value look_at(verb_call const& with, std::string const& name) {
    return with.gateway().call("GET", path_of("/v1/destinations/", name));
}

int show_destinations(verb_call const& with) {
    return with.for_each_name(
        [&](std::string const& name) { with.print(look_at(with, name), destination_text); }, true);
}

std::uint64_t waiting_of(boost::json::value const& destination) {
    auto const* tasks = member(destination, "tasks");
    if (!tasks) return 0;
    return number_of(*tasks, "scheduled") + number_of(*tasks, "ready") +
           number_of(*tasks, "retry_wait");
}

// "pause" or "resume". Only what stops something is asked about.
verb switch_destinations(std::string_view word) {
    return [word](verb_call const& with) {
        bool const is_asked = with.is_asked() && word == "pause";
        int refused = exit_ok;
        auto const code = with.for_each_name(
            [&](std::string const& name) {
                if (with.flags().is_dry_run || is_asked) {
                    auto const count = waiting_of(look_at(with, name));
                    auto const what = fmt::format("{}, where {} wait{}", name, tasks_text(count),
                                                  count == 1 ? "s" : "");
                    if (with.flags().is_dry_run) {
                        return print_dry_run(
                            with, word, what,
                            boost::json::object{{"name", name}, {"waiting", count}});
                    }
                    if (!with.may(fmt::format("{} {}?", word, what))) {
                        refused = exit_missed;
                        return;
                    }
                }
                auto const path = path_of("/v1/destinations/", name, "/" + std::string(word));
                with.print(with.gateway().call("POST", path, actor_body()), destination_line);
            },
            true);
        return code == exit_ok ? refused : code;
    };
}

// Cancels what waits there, by the call for many tasks: where it was asked about, it is held to
// what was shown.
int purge_destinations(verb_call const& with) {
    constexpr std::string_view bulk = "/v1/tasks:cancel";
    bool const is_asked = with.is_asked();
    int left = exit_ok;
    auto const code = with.for_each_name(
        [&](std::string const& name) {
            look_at(with, name); // says so where there is none
            auto given = with.flags();
            given.destination = name;
            verb_call const of_one(given, with.screen(), with.now());
            met_tasks met;
            if (given.is_dry_run || is_asked || given.is_waiting) met = count_tasks(of_one, bulk);
            auto const what = fmt::format("{}: cancel {}", name, tasks_text(met.count));
            if (given.is_dry_run) {
                return print_dry_run(with, "purge", what,
                                     boost::json::object{{"name", name}, {"matched", met.count}});
            }
            if (is_asked && met.count == 0) {
                std::cerr << "nothing waits for " << name << '\n';
                return;
            }
            auto const ended = is_asked && !with.may(fmt::format("purge {}?", what))
                                   ? static_cast<int>(exit_missed)
                                   : run_bulk(of_one, bulk, met, {is_asked, "purge " + name});
            if (ended != exit_ok) left = ended;
        },
        true);
    return code == exit_ok ? left : code;
}

} // namespace

command add_destinations(CLI::App& program) {
    verbs all(program.add_subcommand("destinations",
                                     "Look at destinations; pause, resume and purge them"));
    all.add("list", "List destinations", list_destinations);
    all.with_names(all.add("show", "Show everything about destinations", show_destinations), "NAME",
                   "Destinations", destination_type);
    auto const add = [&all](char const* name, char const* help, verb run) {
        auto* const app = all.add(name, help, std::move(run));
        all.with_names(app, "NAME", "Destinations", destination_type);
        all.with_asking(app);
        return app;
    };
    add("pause", "Hold their tasks", switch_destinations("pause"));
    add("resume", "Send again, also after a 410", switch_destinations("resume"));
    all.with_waiting(add("purge", "Cancel all their waiting tasks", purge_destinations));
    return all.runner();
}

} // namespace sluice::gateway::cli
