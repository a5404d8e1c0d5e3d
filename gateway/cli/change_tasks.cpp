#include "gateway/cli/change_tasks.hpp"

#include "gateway/cli/actor.hpp"
#include "gateway/cli/admin_text.hpp"
#include "gateway/cli/find_tasks.hpp"
#include "gateway/cli/follow_job.hpp"
#include "gateway/cli/json_text.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <optional>

namespace sluice::gateway::cli {

namespace {

// A job with a pace is answered at once; this one does not slow it.
constexpr std::uint64_t no_pace = 1'000'000;

std::string changed_line(boost::json::value const& answer) {
    auto const replayed = text_of(answer, "replay_of");
    if (!replayed.empty()) return fmt::format("{}  replays {}", text_of(answer, "id"), replayed);
    return fmt::format("{}  {}", text_of(answer, "id"), text_of(answer, "state"));
}

boost::json::object filter_body(verb_call const& with) {
    boost::json::object body;
    for (auto const& [name, value] : with.filter())
        body[name] = value;
    if (with.flags().is_all) body["all"] = true;
    return body;
}

void add_actor(boost::json::object& body) {
    if (auto const name = actor_name(); !name.empty()) body["by"] = name;
}

std::string bulk_body(verb_call const& with, std::optional<met_tasks> const& met) {
    auto body = filter_body(with);
    add_actor(body);
    auto const& f = with.flags();
    if (f.rate > 0) body["rate"] = f.rate;
    if (f.rate == 0 && f.is_waiting) body["rate"] = no_pace;
    if (met) {
        body["expected"] = met->count;
        body["before"] = met->at;
    }
    return boost::json::serialize(body);
}

int change_named(task_change const& how, verb_call const& with) {
    auto const& names = with.flags().names;
    if (with.flags().is_dry_run) {
        return with.for_each_name([&](std::string const& id) {
            auto const task = with.gateway().call("GET", path_of("/v1/tasks/", id));
            print_dry_run(with, how.word,
                          fmt::format("{}  {}", text_of(task, "id"), text_of(task, "state")),
                          boost::json::object{{"id", text_of(task, "id")},
                                              {"state", text_of(task, "state")}});
        });
    }
    if (!with.may(fmt::format("{} {}?", how.word, tasks_text(names.size())))) return exit_missed;
    return with.for_each_name([&](std::string const& id) {
        auto const path = path_of(how.before, id, how.after);
        with.print(with.gateway().call(how.method, path, actor_body()), changed_line);
    });
}

} // namespace

std::string tasks_text(std::uint64_t count) {
    return fmt::format("{} task{}", count, count == 1 ? "" : "s");
}

std::string filter_text(verb_call const& with) {
    std::string text;
    for (auto const& [name, value] : with.filter())
        text += fmt::format("{}{} {}", text.empty() ? " (" : ", ", name, value);
    return text.empty() ? text : text + ')';
}

void print_dry_run(verb_call const& with, std::string_view word, std::string const& text,
                   boost::json::object about) {
    about["would"] = word;
    with.print_line(about, fmt::format("would {} {}", word, text));
}

met_tasks count_tasks(verb_call const& with, std::string_view bulk) {
    // The time is the gateway's, from before the count: what comes between is left alone.
    auto const before = with.gateway().call("GET", "/v1/tasks?limit=1");
    auto body = filter_body(with);
    body["dry_run"] = true;
    auto const counted = with.gateway().call_bulk(bulk, boost::json::serialize(body));
    return {number_of(counted, "matched"), text_of(before, "at")};
}

int run_bulk(verb_call const& with, std::string_view path, met_tasks const& met,
             bulk_manner const& how) {
    auto report = with.gateway().call_bulk(
        path, bulk_body(with, how.is_held ? std::optional(met) : std::nullopt));
    int code = exit_ok;
    if (with.flags().is_waiting) {
        if (text_of(report, "state") == "running")
            report = follow_job(with, text_of(report, "id"), met.count);
        code = exit_code_of_job(report);
    }
    if (!how.word.empty() && !with.is_json()) report.as_object()["action"] = how.word;
    with.print(report, job_text);
    if (number_of(report, "matched") == 0 && text_of(report, "state") != "running")
        with.hint_at_destination();
    return code;
}

namespace {

constexpr std::size_t most_found = 1'000'000;
constexpr std::size_t most_ids = 1000; // in one call

int tell_none(task_change const& how, verb_call const& with) {
    std::cerr << "there are no such tasks\n";
    if (with.is_json())
        with.print_line(boost::json::object{{"action", how.word}, {"matched", 0}}, {});
    with.hint_at_destination();
    return exit_ok;
}

// Those that a search finds, by their ids: exactly what was counted. One call after the other, so
// that a pace holds for all of them.
int change_found(task_change const& how, verb_call const& with) {
    auto const found = find_tasks(with, how.list, how.states, most_found).tasks;
    auto const what = tasks_text(found.size()) + filter_text(with);
    if (with.flags().is_dry_run) {
        print_dry_run(with, how.word, what, boost::json::object{{"matched", found.size()}});
        return exit_ok;
    }
    if (found.empty()) return tell_none(how, with);
    if (!with.may(fmt::format("{} {}?", how.word, what))) return exit_missed;
    int code = exit_ok;
    for (std::size_t begin = 0; begin < found.size(); begin += most_ids) {
        boost::json::object body;
        auto& ids = body["ids"].emplace_array();
        auto const end = std::min(found.size(), begin + most_ids);
        for (auto i = begin; i < end; ++i)
            ids.push_back(found[i].at("id"));
        add_actor(body);
        if (with.flags().rate > 0) body["rate"] = with.flags().rate;
        auto report = with.gateway().call_bulk(how.bulk, boost::json::serialize(body));
        bool const is_followed = with.flags().is_waiting || end < found.size();
        if (is_followed && text_of(report, "state") == "running")
            report = follow_job(with, text_of(report, "id"), end - begin);
        with.print(report, job_text);
        if (is_followed && exit_code_of_job(report) != exit_ok) code = exit_missed;
    }
    return code;
}

} // namespace

int change_tasks(task_change const& how, verb_call const& with) {
    auto const& f = with.flags();
    if (f.names.empty() != f.has_filter()) {
        throw command_error(exit_usage, "name tasks by their ids, or by a filter, or say --all");
    }
    if (!f.names.empty()) return change_named(how, with);
    if (f.has_contents() && !how.list.empty()) return change_found(how, with);
    bool const is_asked = with.is_asked();
    met_tasks met;
    if (f.is_dry_run || is_asked || f.is_waiting) met = count_tasks(with, how.bulk);
    if (f.is_dry_run) {
        print_dry_run(with, how.word, tasks_text(met.count) + filter_text(with),
                      boost::json::object{{"matched", met.count}});
        if (met.count == 0) with.hint_at_destination();
        return exit_ok;
    }
    if (is_asked && met.count == 0) return tell_none(how, with);
    if (is_asked &&
        !with.may(fmt::format("{} {}{}?", how.word, tasks_text(met.count), filter_text(with))))
        return exit_missed;
    return run_bulk(with, how.bulk, met, {is_asked});
}

} // namespace sluice::gateway::cli
