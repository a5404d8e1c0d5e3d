#include "codecs/percent.hpp"
#include "gateway/cli/admin_tables.hpp"
#include "gateway/cli/admin_text.hpp"
#include "gateway/cli/change_tasks.hpp"
#include "gateway/cli/commands.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

namespace sluice::gateway::cli {

namespace {

constexpr std::size_t page_size = 500;
constexpr std::string_view waiting = "scheduled,ready,retry_wait";

std::string page_query(verb_call const& with, std::size_t limit) {
    auto query = fmt::format("?limit={}", std::min(limit, page_size));
    for (auto const& [name, value] : with.filter()) {
        query += fmt::format("&{}=", name);
        codecs::append_percent_encoded(query, value);
    }
    return query;
}

// Page after page, until there are as many as are wanted.
int list_tasks(std::string_view path, verb_call const& with) {
    auto const limit = with.flags().limit;
    boost::json::array all;
    boost::json::value next;
    do {
        auto target = std::string(path) + page_query(with, limit - all.size());
        if (next.is_string()) target += "&cursor=" + std::string(next.get_string());
        auto page = with.gateway().call("GET", target);
        for (auto& task : page.at("tasks").as_array())
            all.push_back(std::move(task));
        next = page.at("next");
    } while (next.is_string() && all.size() < limit);
    if (with.is_json()) {
        std::cout << boost::json::serialize(
                         boost::json::object{{"tasks", std::move(all)}, {"next", next}})
                  << '\n';
        return exit_ok;
    }
    with.print_list(all, tasks_table, task_line);
    if (all.empty()) with.hint_at_destination();
    if (next.is_string()) std::cerr << "there are more; see --limit\n";
    return exit_ok;
}

verb list_of(std::string_view path) {
    return [path](verb_call const& with) { return list_tasks(path, with); };
}

// A verb that shows one task in one way.
verb show_with(std::string_view after, verb_call::line_maker write) {
    return [after, write](verb_call const& with) {
        return with.for_each_name([&](std::string const& id) {
            with.print(with.gateway().call("GET", path_of("/v1/tasks/", id, after)), write);
        });
    };
}

verb change_with(task_change const& how) {
    return [how](verb_call const& with) { return change_tasks(how, with); };
}

// By ids alone: each becomes a new task.
int replay(verb_call const& with) {
    return change_tasks({"replay", "POST", "/v1/tasks/", "/replay", {}, "/v1/tasks", {}}, with);
}

} // namespace

command add_tasks(CLI::App& program) {
    verbs all(program.add_subcommand("tasks", "Look at the tasks of a running gateway"));
    auto* const list = all.add("list", "List tasks, the newest first", list_of("/v1/tasks"));
    all.with_state(all.with_filter(list));
    all.with_limit(list);
    all.with_names(all.add("show", "Show everything about tasks", show_with("", task_text)), "ID",
                   "Tasks");
    all.with_names(all.add("explain", "Say why tasks have not been sent",
                           show_with("/explain", explanation_text)),
                   "ID", "Tasks");
    auto* const cancel = all.add("cancel", "Cancel tasks that wait",
                                 change_with({"cancel", "DELETE", "/v1/tasks/", "",
                                              "/v1/tasks:cancel", "/v1/tasks", waiting}));
    all.with_bulk(cancel);
    all.with_state(cancel);
    auto* const again = all.add("replay", "Give the same tasks in anew", replay);
    all.with_names(again, "ID", "Tasks");
    all.with_asking(again);
    return all.runner();
}

command add_dead(CLI::App& program) {
    verbs all(program.add_subcommand("dead", "Look at the dead letters of a running gateway"));
    auto* const list = all.add("list", "List dead letters, the newest first", list_of("/v1/dead"));
    all.with_limit(all.with_filter(list));
    all.with_names(all.add("show", "Show everything about dead letters", show_with("", task_text)),
                   "ID", "Tasks");
    all.with_bulk(all.add(
        "redrive", "Give dead tasks new attempts",
        change_with(
            {"redrive", "POST", "/v1/dead/", "/redrive", "/v1/dead:redrive", "/v1/dead", {}})));
    all.with_bulk(all.add(
        "purge", "Throw dead tasks away",
        change_with({"purge", "DELETE", "/v1/dead/", "", "/v1/dead:purge", "/v1/dead", {}})));
    return all.runner();
}

} // namespace sluice::gateway::cli
