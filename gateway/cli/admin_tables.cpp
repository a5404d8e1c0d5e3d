#include "gateway/cli/admin_tables.hpp"

#include "gateway/cli/admin_text.hpp"
#include "gateway/cli/json_text.hpp"

#include <fmt/format.h>

#include <functional>

namespace sluice::gateway::cli {

namespace {

using boost::json::array;
using boost::json::value;
using kind = column::kind;

// A column and how its cell is made of one entry.
struct made_column {
    column of;
    std::function<cell(value const&)> make;
};

table table_of(array const& entries, std::vector<made_column> const& columns) {
    table made;
    for (auto const& each : columns)
        made.columns.push_back(each.of);
    for (auto const& entry : entries) {
        auto& row = made.rows.emplace_back();
        for (auto const& each : columns)
            row.push_back(each.make(entry));
    }
    return made;
}

made_column plain(std::string header, std::string name, kind is = kind::text) {
    return {{std::move(header), is},
            [name = std::move(name)](value const& of) { return cell{text_of(of, name)}; }};
}

made_column yes_or_no(std::string header, std::string name, kind is = kind::text) {
    return {{std::move(header), is}, [name = std::move(name)](value const& of) {
                return cell{is_true(of, name) ? "yes" : "no"};
            }};
}

made_column moment(std::string header, std::string name, time_style const& when,
                   kind is = kind::text) {
    return {{std::move(header), is}, [name = std::move(name), when](value const& of) {
                return cell{when.text(text_of(of, name))};
            }};
}

// How old it is; a moment for whoever does not look at a terminal.
made_column age(std::string header, std::string name, time_style const& when) {
    return {{std::move(header), when.is_relative ? kind::number : kind::text},
            [name = std::move(name), when](value const& of) {
                return cell{when.age(text_of(of, name))};
            }};
}

made_column tries() {
    return {{"TRIES", kind::number},
            [](value const& of) { return cell{std::to_string(attempts_of(of))}; }};
}

// When it goes, or what keeps it from going.
made_column next(time_style const& when) {
    return {{"NEXT"}, [when](value const& task) {
                auto held = gates_text(task, when);
                if (!held.empty()) return cell{std::move(held), tone::warning};
                return cell{when.text(text_of(task, "next_attempt_at"))};
            }};
}

cell state_cell(value const& task) {
    auto state = text_of(task, "state");
    auto const tone = tone_of_state(state);
    return {std::move(state), tone};
}

cell reason_cell(value const& task) {
    return {reason_text(task)};
}

cell held_cell(value const& destination) {
    auto const state = text_of(destination, "state");
    auto const tone = state == "open"                                    ? tone::good
                      : state == "disabled" || state == "not_configured" ? tone::bad
                                                                         : tone::warning;
    return {held_text(destination), tone};
}

made_column count(std::string header, std::string name, tone if_any = tone::plain,
                  kind is = kind::number) {
    return {{std::move(header), is}, [name = std::move(name), if_any](value const& of) {
                auto const* tasks = member(of, "tasks");
                auto text = tasks ? text_of(*tasks, name) : std::string();
                auto const tone = text == "0" ? tone::faint : if_any;
                return cell{std::move(text), tone};
            }};
}

cell rate_cell(value const& destination) {
    auto const* rate = member(destination, "rate");
    if (!rate) return {};
    auto const period = std::chrono::milliseconds(number_of(*rate, "period_ms"));
    return {fmt::format("{}/{}", text_of(*rate, "limit"), age_text(period))};
}

cell in_flight_cell(value const& destination) {
    auto const* limit = member(destination, "concurrency");
    if (!limit) return {};
    return {text_of(*limit, "in_flight") + "/" + text_of(*limit, "limit")};
}

// Why nothing goes until then.
made_column until(time_style const& when) {
    return {{"UNTIL"}, [when](value const& of) {
                auto const gate = text_of(of, "retry_after_until");
                return cell{when.text(gate.empty() ? text_of(of, "breaker_until") : gate)};
            }};
}

cell progress_cell(value const& job) {
    return {job_progress(job)};
}

cell doors_cell(value const& account) {
    auto const counted = [](std::uint64_t count, char const* what) {
        return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
    };
    auto doors = counted(number_of(account, "secrets"), "secret");
    auto const networks = length_of(account, "allow_from");
    if (networks != 0) doors += ", " + counted(networks, "network");
    if (is_true(account, "require_secret")) doors += ", secret required";
    if (is_true(account, "allow_http")) doors += ", plain HTTP";
    return {std::move(doors)};
}

cell account_rate(value const& account) {
    auto const* rate = member(account, "rate");
    if (!rate) return {};
    auto const period = std::chrono::milliseconds(number_of(*rate, "period_ms"));
    return {fmt::format("{}/{}", text_of(*rate, "limit"), age_text(period))};
}

cell break_cell(value const& agent) {
    bool const is_away = is_true(agent, "on_break");
    return {is_away ? "on break" : "available", is_away ? tone::warning : tone::good};
}

cell today_cell(value const& agent) {
    return {age_text(std::chrono::seconds(number_of(agent, "break_seconds_today")))};
}

cell member_state(value const& member_of_cluster) {
    auto state = text_of(member_of_cluster, "state");
    auto const tone = state == "alive" ? tone::good : tone::warning;
    return {std::move(state), tone};
}

} // namespace

tone tone_of_state(std::string_view state) {
    if (state == "delivered") return tone::good;
    if (state == "dead") return tone::bad;
    if (state == "retry_wait") return tone::warning;
    if (state == "cancelled" || state == "expired") return tone::faint;
    return tone::plain;
}

table tasks_table(array const& tasks, time_style const& when) {
    return table_of(tasks, {plain("ID", "id"),
                            {{"STATE"}, state_cell},
                            plain("DESTINATION", "destination"),
                            age("AGE", "accepted_at", when),
                            tries(),
                            next(when),
                            plain("ACCOUNT", "account"),
                            {{"REASON"}, reason_cell},
                            moment("FINISHED", "finished_at", when, kind::wide),
                            moment("NOT BEFORE", "not_before", when, kind::wide),
                            plain("GATEWAY", "gateway", kind::wide)});
}

table dead_table(array const& tasks, time_style const& when) {
    return table_of(tasks, {plain("ID", "id"),
                            plain("DESTINATION", "destination"),
                            {{"REASON"}, reason_cell},
                            tries(),
                            moment("DIED", "finished_at", when),
                            plain("ACCOUNT", "account"),
                            moment("ACCEPTED", "accepted_at", when, kind::wide),
                            plain("GATEWAY", "gateway", kind::wide)});
}

table destinations_table(array const& destinations, time_style const& when) {
    return table_of(destinations, {plain("NAME", "name"),
                                   {{"STATE"}, held_cell},
                                   count("SCHEDULED", "scheduled"),
                                   count("READY", "ready"),
                                   count("RETRY", "retry_wait", tone::warning),
                                   count("DEAD", "dead", tone::bad),
                                   {{"IN FLIGHT", kind::number}, in_flight_cell},
                                   {{"RATE", kind::number}, rate_cell},
                                   until(when),
                                   plain("URL", "url", kind::wide)});
}

table dead_groups_table(array const& groups, time_style const& when) {
    return table_of(groups,
                    {plain("DESTINATION", "destination"), plain("LETTERS", "count", kind::number),
                     moment("OLDEST", "oldest", when), moment("NEWEST", "newest", when),
                     plain("REASON", "reason")});
}

table jobs_table(array const& jobs, time_style const& when) {
    return table_of(jobs, {plain("ID", "id"),
                           plain("ACTION", "action"),
                           plain("DESTINATION", "destination"),
                           plain("STATE", "state"),
                           {{"DONE", kind::number}, progress_cell},
                           plain("REFUSED", "refused", kind::number),
                           plain("RATE", "rate", kind::number),
                           plain("BY", "by"),
                           moment("STARTED", "started_at", when),
                           moment("ENDED", "ended_at", when),
                           plain("ACCOUNT", "account", kind::wide),
                           plain("GATEWAYS", "gateways", kind::wide)});
}

table accounts_table(array const& accounts, time_style const&) {
    return table_of(accounts, {plain("ID", "id"),
                               {{"DOORS"}, doors_cell},
                               {{"RATE", kind::number}, account_rate},
                               plain("WEIGHT", "weight", kind::number),
                               plain("AGENTS", "agents", kind::number),
                               plain("TIME ZONE", "time_zone"),
                               plain("COUNTRY", "country_code", kind::wide),
                               plain("ALLOW FROM", "allow_from", kind::wide)});
}

table agents_table(array const& agents, time_style const& when) {
    return table_of(agents, {plain("CLI", "cli"),
                             plain("ACCOUNT", "account"),
                             {{"STATE"}, break_cell},
                             moment("SINCE", "since", when),
                             {{"BREAKS TODAY", kind::number}, today_cell}});
}

table links_table(array const& links, time_style const& when) {
    return table_of(links, {plain("CODE", "code"), plain("ACCOUNT", "account"),
                            plain("CLICKS", "clicks", kind::number), age("AGE", "created", when),
                            moment("EXPIRES", "expires", when), plain("LONG URL", "longUrl")});
}

table users_table(array const& users, time_style const& when) {
    return table_of(users,
                    {plain("CONTACT", "contactNumber"), plain("ACCOUNT", "accountID"),
                     plain("KEYS", "keys", kind::number), moment("UPDATED", "updated", when)});
}

table members_table(array const& members, time_style const&) {
    return table_of(members, {plain("NAME", "name"),
                              {{"STATE"}, member_state},
                              plain("LOG", "log", kind::number),
                              yes_or_no("SELF", "self"),
                              plain("AT", "advertise"),
                              plain("VERSION", "version"),
                              plain("HOST", "host", kind::wide)});
}

} // namespace sluice::gateway::cli
