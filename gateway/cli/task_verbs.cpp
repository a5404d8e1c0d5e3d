#include "gateway/cli/admin_tables.hpp"
#include "gateway/cli/admin_text.hpp"
#include "gateway/cli/change_tasks.hpp"
#include "gateway/cli/commands.hpp"
#include "gateway/cli/find_tasks.hpp"
#include "gateway/cli/json_text.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <iostream>

namespace sluice::gateway::cli {

namespace {

int list_tasks(std::string_view path, verb_call::table_maker columns, verb_call const& with) {
    auto found = find_tasks(with, path, {}, with.flags().limit);
    bool const is_empty = found.tasks.empty();
    bool const has_more = found.next.is_string();
    if (with.is_json()) {
        with.print_line(
            boost::json::object{{"tasks", std::move(found.tasks)}, {"next", std::move(found.next)}},
            {});
    } else {
        with.print_list(found.tasks, columns, task_line);
        if (has_more) std::cerr << "there are more; see --limit\n";
    }
    if (is_empty) with.hint_at_destination();
    return exit_ok;
}

verb list_of(std::string_view path, verb_call::table_maker columns) {
    return [path, columns](verb_call const& with) { return list_tasks(path, columns, with); };
}

int search_tasks(verb_call const& with) {
    if (with.flags().has_filter()) return list_tasks("/v1/tasks", tasks_table, with);
    throw command_error(exit_usage, "say what to search for: --contact, --text, --client, …");
}

// A verb that shows one task in one way.
verb show_with(std::string_view after, verb_call::line_maker write) {
    return [after, write](verb_call const& with) {
        return with.for_each_name([&](std::string const& id) {
            with.print(with.gateway().call("GET", path_of("/v1/tasks/", id, after)), write);
        });
    };
}

int list_groups(verb_call const& with) {
    auto const answer = with.gateway().call("GET", "/v1/dead:groups");
    with.print_list(answer, "groups", dead_groups_table);
    auto const others = number_of(answer, "others");
    if (others != 0) std::cerr << fmt::format("and {} in smaller groups\n", others);
    return exit_ok;
}

verb change_with(task_change const& how) {
    return [how](verb_call const& with) { return change_tasks(how, with); };
}

} // namespace

command add_tasks(CLI::App& program) {
    verbs all(program.add_subcommand("tasks", "Look at tasks; cancel them, send them anew"));
    auto const add_list = [&all](char const* name, char const* help, verb run) {
        auto* const app = all.add(name, help, std::move(run));
        all.with_state(all.with_filter(app));
        all.with_limit(app);
    };
    add_list("list",
             "List tasks: those in the queue and the dead, the newest first, then the ended",
             list_of("/v1/tasks", tasks_table));
    add_list("search", "Find the tasks of which a customer speaks", search_tasks);
    all.with_names(all.add("show", "Show everything about tasks", show_with("", task_text)), "ID",
                   "Tasks");
    all.with_names(all.add("explain", "Say why tasks have not been sent",
                           show_with("/explain", explanation_text)),
                   "ID", "Tasks");
    all.with_state(
        all.with_bulk(all.add("cancel", "Cancel tasks that wait",
                              change_with({"cancel", "DELETE", "/v1/tasks/", "", "/v1/tasks:cancel",
                                           "/v1/tasks", "scheduled,ready,retry_wait"}))));
    all.with_state(all.with_bulk(all.add(
        "replay", "Give the same tasks in anew; by a filter those that were delivered",
        change_with({"replay", "POST", "/v1/tasks/", "/replay", "/v1/tasks:replay", "", ""}))));
    return all.runner();
}

command add_dead(CLI::App& program) {
    verbs all(program.add_subcommand("dead", "Look at dead letters; redrive and purge them"));
    auto* const list =
        all.add("list", "List dead letters, the newest first", list_of("/v1/dead", dead_table));
    all.with_limit(all.with_filter(list));
    all.add("groups", "Count dead letters by destination and reason, the largest first",
            list_groups);
    all.with_names(all.add("show", "Show everything about dead letters", show_with("", task_text)),
                   "ID", "Tasks");
    all.with_bulk(all.add("redrive", "Give dead tasks new attempts",
                          change_with({"redrive", "POST", "/v1/dead/", "/redrive",
                                       "/v1/dead:redrive", "/v1/dead", ""})));
    all.with_bulk(all.add(
        "purge", "Throw dead tasks away",
        change_with({"purge", "DELETE", "/v1/dead/", "", "/v1/dead:purge", "/v1/dead", ""})));
    return all.runner();
}

} // namespace sluice::gateway::cli
