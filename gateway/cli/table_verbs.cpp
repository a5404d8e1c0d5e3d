// What the custom webhooks keep, an account at a time: agents, links, persons; and the accounts
// themselves.
#include "gateway/cli/actor.hpp"
#include "gateway/cli/admin_tables.hpp"
#include "gateway/cli/admin_text.hpp"
#include "gateway/cli/change_tasks.hpp"
#include "gateway/cli/commands.hpp"
#include "gateway/cli/declared.hpp"
#include "gateway/cli/json_text.hpp"
#include "gateway/config/suggestion.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <iostream>

namespace sluice::gateway::cli {

namespace {

boost::json::array accounts_of(verb_call const& with) {
    auto answer = with.gateway().call("GET", "/v1/accounts");
    return std::move(answer.at("accounts").as_array());
}

int list_accounts(verb_call const& with) {
    with.print_list(with.gateway().call("GET", "/v1/accounts"), "accounts", accounts_table);
    return exit_ok;
}

int show_accounts(verb_call const& with) {
    auto const all = accounts_of(with);
    return with.for_each_name([&](std::string const& id) {
        std::vector<std::string> known;
        for (auto const& each : all) {
            if (text_of(each, "id") == id) return with.print(each, object_text);
            known.push_back(text_of(each, "id"));
        }
        auto const near = config::nearest(id, known);
        throw command_error(exit_missed, near.empty()
                                             ? std::string("there is no such account")
                                             : fmt::format("there is no such account; did you "
                                                           "mean \"{}\"?",
                                                           near));
    });
}

// --- lists of an account, or of all --------------------------------------------------------------

constexpr std::size_t most_kept = 1000; // of an account, that one call tells

struct kept_list {
    char const* name; // in the path and in the answer
    verb_call::table_maker columns;
    bool has_limit;
};

int list_kept(kept_list const& what, verb_call const& with) {
    std::vector<std::string> accounts;
    if (!with.flags().account.empty()) {
        accounts.push_back(with.flags().account);
    } else {
        for (auto const& each : accounts_of(with))
            accounts.push_back(text_of(each, "id"));
    }
    boost::json::array all;
    bool has_more = false;
    for (auto const& account : accounts) {
        auto path = path_of("/v1/accounts/", account, "/" + std::string(what.name));
        if (what.has_limit) path += fmt::format("?limit={}", with.flags().limit);
        auto answer = with.gateway().call("GET", path);
        has_more = has_more || is_true(answer, "more");
        for (auto& each : answer.at(what.name).as_array()) {
            each.as_object()["account"] = account;
            all.push_back(std::move(each));
        }
    }
    with.print_list(boost::json::object{{what.name, std::move(all)}}, what.name, what.columns);
    if (has_more) std::cerr << "there are more; see --limit\n";
    return exit_ok;
}

verb list_of_kept(kept_list const& what) {
    return [what](verb_call const& with) { return list_kept(what, with); };
}

std::string kept_path(verb_call const& with, std::string_view what, std::string const& name,
                      std::string_view after = {}) {
    auto const before = path_of("/v1/accounts/", with.flags().account, "/" + std::string(what));
    return path_of(before + "/", name, after);
}

verb show_kept(std::string_view what) {
    return [what](verb_call const& with) {
        return with.for_each_name([&](std::string const& name) {
            with.print(with.gateway().call("GET", kept_path(with, what, name)), object_text);
        });
    };
}

// --- agents --------------------------------------------------------------------------------------

std::string agent_line(boost::json::value const& agent) {
    return fmt::format("{}  {}", text_of(agent, "cli"),
                       is_true(agent, "on_break") ? "on break" : "available");
}

verb change_agents(std::string_view method, std::string_view after) {
    return [method, after](verb_call const& with) {
        return with.for_each_name([&](std::string const& cli) {
            auto const path = kept_path(with, "agents", cli, after);
            with.print(with.gateway().call(method, path, actor_body()), agent_line);
        });
    };
}

// One of the list in any spelling of its number, with the breaks that are planned for it: the call
// for these knows which agent is meant.
boost::json::value look_at_agent(verb_call const& with, std::string const& given) {
    auto const planned = with.gateway().call("GET", kept_path(with, "agents", given, "/planned"));
    auto const cli = text_of(planned, "cli");
    auto const path = path_of("/v1/accounts/", with.flags().account, "/agents");
    auto answer = with.gateway().call("GET", path);
    for (auto& each : answer.at("agents").as_array()) {
        if (text_of(each, "cli") != cli) continue;
        each.as_object()["planned"] = planned.at("planned");
        return std::move(each);
    }
    throw command_error(exit_missed, "there is no such agent");
}

int show_agents(verb_call const& with) {
    return with.for_each_name(
        [&](std::string const& cli) { with.print(look_at_agent(with, cli), object_text); });
}

int remove_agents(verb_call const& with) {
    auto const& names = with.flags().names;
    if (with.flags().is_dry_run) {
        return with.for_each_name([&](std::string const& given) {
            auto const agent = look_at_agent(with, given);
            print_dry_run(with, "remove", agent_line(agent),
                          boost::json::object{{"cli", text_of(agent, "cli")}});
        });
    }
    if (!with.may(fmt::format("remove {} agent{}?", names.size(), names.size() == 1 ? "" : "s")))
        return exit_missed;
    return with.for_each_name([&](std::string const& cli) {
        with.gateway().tell("DELETE", kept_path(with, "agents", cli), actor_body());
        with.print_line(boost::json::object{{"cli", cli}, {"removed", true}}, cli + "  removed");
    });
}

} // namespace

command add_accounts(CLI::App& program) {
    verbs all(program.add_subcommand("accounts", "Look at the accounts of a running gateway"));
    all.add("list", "List accounts, without their secrets", list_accounts);
    all.with_names(all.add("show", "Show everything about accounts", show_accounts), "ID",
                   "Accounts", account_type);
    return all.runner();
}

command add_agents(CLI::App& program) {
    verbs all(program.add_subcommand("agents", "Look at agents and their breaks; change them"));
    all.with_account(all.add("list", "List agents, of all accounts unless one is named",
                             list_of_kept({"agents", agents_table, false})));
    auto const add = [&all](char const* name, char const* help, verb run) {
        auto* const app = all.add(name, help, std::move(run));
        all.with_account(app, true);
        all.with_names(app, "CLI", "Numbers of agents");
        return app;
    };
    add("show", "Show how agents stand", show_agents);
    add("add", "Make numbers agents", change_agents("PUT", ""));
    all.with_asking(add("remove", "Make numbers agents no more", remove_agents));
    add("break", "Begin their breaks", change_agents("PUT", "/break"));
    add("back", "End their breaks", change_agents("DELETE", "/break"));
    return all.runner();
}

command add_links(CLI::App& program) {
    verbs all(program.add_subcommand("links", "Look at short URLs and their clicks"));
    auto* const list =
        all.add("list", "List links, the newest first", list_of_kept({"links", links_table, true}));
    all.with_account(list);
    all.with_limit(list, most_kept);
    auto* const show = all.add("show", "Show links with their clicks a day", show_kept("links"));
    all.with_account(show, true);
    all.with_names(show, "CODE", "What stands behind the last slash of the short URL");
    return all.runner();
}

command add_users(CLI::App& program) {
    verbs all(program.add_subcommand("users", "Look at the variables kept about persons"));
    auto* const list = all.add("list", "List persons", list_of_kept({"users", users_table, true}));
    all.with_account(list);
    all.with_limit(list, most_kept);
    auto* const show =
        all.add("show", "Show everything that is kept about persons", show_kept("users"));
    all.with_account(show, true);
    all.with_names(show, "CONTACT", "Numbers in any spelling, or what was written instead");
    return all.runner();
}

} // namespace sluice::gateway::cli
