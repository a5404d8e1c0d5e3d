#include "codecs/json.hpp"
#include "codecs/percent.hpp"
#include "gateway/cli/admin_client.hpp"
#include "gateway/cli/admin_text.hpp"
#include "gateway/cli/commands.hpp"
#include "gateway/serve/app.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace sluice::gateway::cli {

namespace {

constexpr std::size_t page_size = 500;

// The flags of every verb; each takes those that it knows.
struct flags {
    admin_flags admin;
    bool as_json = false;
    std::vector<std::string> names; // ids or destinations
    std::string destination, account, state, reason, from, to;
    std::size_t limit = 100;
    std::uint64_t rate = 0;
    bool is_all = false;

    bool has_filter() const {
        return is_all || !destination.empty() || !account.empty() || !state.empty() ||
               !reason.empty() || !from.empty() || !to.empty();
    }
};
using flags_pointer = std::shared_ptr<flags>;
using verb = std::function<int(flags const&, admin_client const&)>;
using line_writer = std::string (*)(boost::json::value const&);

void print(boost::json::value const& answer, flags const& f, line_writer write) {
    if (f.as_json) {
        std::cout << boost::json::serialize(answer) << '\n';
        return;
    }
    auto const text = write(answer);
    std::cout << text << (text.ends_with('\n') ? "" : "\n");
}

std::string path_of(std::string_view before, std::string_view name, std::string_view after = {}) {
    std::string path(before);
    codecs::append_percent_encoded(path, name);
    path += after;
    return path;
}

// --- lists ---------------------------------------------------------------------------------------

std::string query_of(flags const& f, std::size_t limit) {
    auto query = fmt::format("?limit={}", std::min(limit, page_size));
    auto const add = [&query](std::string_view name, std::string const& value) {
        if (value.empty()) return;
        query += fmt::format("&{}=", name);
        codecs::append_percent_encoded(query, value);
    };
    add("destination", f.destination);
    add("account", f.account);
    add("state", f.state);
    add("reason", f.reason);
    add("from", f.from);
    add("to", f.to);
    return query;
}

// Page after page, until there are as many as are wanted.
int list_tasks(std::string_view path, flags const& f, admin_client const& to) {
    boost::json::array all;
    boost::json::value next;
    do {
        auto target = std::string(path) + query_of(f, f.limit - all.size());
        if (next.is_string()) target += "&cursor=" + std::string(next.get_string());
        auto page = to.call("GET", target);
        for (auto& task : page.at("tasks").as_array())
            all.push_back(std::move(task));
        next = page.at("next");
    } while (next.is_string() && all.size() < f.limit);
    if (f.as_json) {
        std::cout << boost::json::serialize(
                         boost::json::object{{"tasks", std::move(all)}, {"next", next}})
                  << '\n';
        return exit_ok;
    }
    for (auto const& task : all)
        std::cout << task_line(task) << '\n';
    if (next.is_string()) std::cerr << "there are more; see --limit\n";
    return exit_ok;
}

int list_destinations(flags const& f, admin_client const& to) {
    auto const answer = to.call("GET", "/v1/destinations");
    if (f.as_json) {
        std::cout << boost::json::serialize(answer) << '\n';
        return exit_ok;
    }
    for (auto const& each : answer.at("destinations").as_array()) {
        std::cout << destination_line(each) << '\n';
    }
    return exit_ok;
}

// --- changes -------------------------------------------------------------------------------------

// What is asked for one name after the other; the worst code counts.
int for_each_name(flags const& f, std::function<void(std::string const&)> const& ask) {
    int code = exit_ok;
    for (auto const& name : f.names) {
        try {
            ask(name);
        } catch (command_error const& e) {
            if (e.code() == exit_cannot_bind) throw;
            std::cerr << "sluice: " << name << ": " << e.what() << '\n';
            code = e.code();
        }
    }
    return code;
}

std::string state_line(boost::json::value const& answer) {
    return fmt::format("{}  {}", std::string_view(answer.at("id").as_string()),
                       std::string_view(answer.at("state").as_string()));
}

std::string replay_line(boost::json::value const& answer) {
    return fmt::format("{}  replays {}", std::string_view(answer.at("id").as_string()),
                       std::string_view(answer.at("replay_of").as_string()));
}

std::string bulk_body(flags const& f) {
    boost::json::object body;
    auto const add = [&body](std::string_view name, std::string const& value) {
        if (!value.empty()) body[name] = value;
    };
    add("destination", f.destination);
    add("account", f.account);
    add("state", f.state);
    add("reason", f.reason);
    add("from", f.from);
    add("to", f.to);
    if (f.is_all) body["all"] = true;
    if (f.rate > 0) body["rate"] = f.rate;
    return boost::json::serialize(body);
}

// One of many: the tasks that are named, or those of a filter.
struct change {
    std::string_view method, before, after; // for one task
    std::string_view bulk;                  // for many
};

int change_tasks(change const& how, flags const& f, admin_client const& to) {
    if (f.names.empty() != f.has_filter()) {
        throw command_error(exit_usage, "name tasks by their ids, or by a filter, or say --all");
    }
    if (f.names.empty()) {
        print(to.call_bulk(how.bulk, bulk_body(f)), f, job_text);
        return exit_ok;
    }
    return for_each_name(f, [&](std::string const& id) {
        print(to.call(how.method, path_of(how.before, id, how.after)), f, state_line);
    });
}

int replay(flags const& f, admin_client const& to) {
    return for_each_name(f, [&](std::string const& id) {
        print(to.call("POST", path_of("/v1/tasks/", id, "/replay")), f, replay_line);
    });
}

std::string actor_body() {
    char const* const user = std::getenv("USER");
    if (!user || *user == '\0') return {};
    return boost::json::serialize(boost::json::object{{"by", std::string(user).substr(0, 64)}});
}

int change_destinations(std::string_view what, flags const& f, admin_client const& to) {
    return for_each_name(f, [&](std::string const& name) {
        auto const path = path_of("/v1/destinations/", name, what);
        if (what == "/purge") return print(to.call_bulk(path), f, job_text);
        print(to.call("POST", path, actor_body()), f, destination_line);
    });
}

// --- the command line ----------------------------------------------------------------------------

// Declares verbs below one command, and remembers the one that was asked for.
class verbs {
  public:
    explicit verbs(CLI::App* parent)
        : parent_(parent) {
        parent_->require_subcommand(1);
    }

    CLI::App* add(char const* name, char const* help, verb run) {
        auto* const command = parent_->add_subcommand(name, help);
        given_->admin.add_to(*command);
        command->add_flag("--json", given_->as_json, "JSON instead of text");
        command->callback([chosen = chosen_, run = std::move(run)] { *chosen = run; });
        return command;
    }
    CLI::App* with_filter(CLI::App* command) {
        command->add_option("--destination", given_->destination, "Of this destination");
        command->add_option("--account", given_->account, "Of this account");
        command->add_option("--from", given_->from, "At this instant or later (RFC 3339)");
        command->add_option("--to", given_->to, "Earlier than this instant");
        command->add_option("--reason", given_->reason, "Whose reason has this in it");
        return command;
    }
    void with_bulk(CLI::App* command) {
        with_filter(command);
        command->add_option("ID", given_->names, "Tasks");
        command->add_flag("--all", given_->is_all, "All of them");
        command->add_option("--rate", given_->rate, "At most so many a second")
            ->check(CLI::Range(1, 1'000'000));
    }
    void with_names(CLI::App* command, char const* name) {
        command->add_option(name, given_->names)->required();
    }
    void with_limit(CLI::App* command) {
        command->add_option("--limit", given_->limit, "At most so many")
            ->check(CLI::Range(1, 1'000'000));
    }
    void with_state(CLI::App* command) {
        command->add_option("--state", given_->state, "In these states: ready,dead");
    }

    command runner() const {
        return [given = given_, chosen = chosen_] {
            try {
                return (*chosen)(*given, admin_client(resolve_admin(given->admin)));
            } catch (command_error const& e) {
                std::cerr << "sluice: " << e.what() << '\n';
                return e.code();
            }
        };
    }

  private:
    CLI::App* parent_;
    flags_pointer given_ = std::make_shared<flags>();
    std::shared_ptr<verb> chosen_ = std::make_shared<verb>();
};

// A verb that shows one task in one way.
verb show_with(std::string_view after, line_writer write) {
    return [after, write](flags const& f, admin_client const& to) {
        return for_each_name(f, [&](std::string const& id) {
            print(to.call("GET", path_of("/v1/tasks/", id, after)), f, write);
        });
    };
}

verb change_with(change const& how) {
    return [how](flags const& f, admin_client const& to) { return change_tasks(how, f, to); };
}

verb destinations_with(std::string_view what) {
    return
        [what](flags const& f, admin_client const& to) { return change_destinations(what, f, to); };
}

} // namespace

command add_tasks(CLI::App& program) {
    verbs all(program.add_subcommand("tasks", "Look at the tasks of a running gateway"));
    auto* const list =
        all.add("list", "List tasks, the newest first", [](flags const& f, admin_client const& to) {
            return list_tasks("/v1/tasks", f, to);
        });
    all.with_state(all.with_filter(list));
    all.with_limit(list);
    all.with_names(all.add("show", "Show everything about tasks", show_with("", task_text)), "ID");
    all.with_names(all.add("explain", "Say why tasks have not been sent",
                           show_with("/explain", explanation_text)),
                   "ID");
    auto* const cancel = all.add("cancel", "Cancel tasks that wait",
                                 change_with({"DELETE", "/v1/tasks/", "", "/v1/tasks:cancel"}));
    all.with_bulk(cancel);
    all.with_state(cancel);
    all.with_names(all.add("replay", "Give the same tasks in anew", replay), "ID");
    return all.runner();
}

command add_dead(CLI::App& program) {
    verbs all(program.add_subcommand("dead", "Look at the dead letters of a running gateway"));
    auto* const list = all.add(
        "list", "List dead letters, the newest first",
        [](flags const& f, admin_client const& to) { return list_tasks("/v1/dead", f, to); });
    all.with_limit(all.with_filter(list));
    all.with_bulk(all.add("redrive", "Give dead tasks new attempts",
                          change_with({"POST", "/v1/dead/", "/redrive", "/v1/dead:redrive"})));
    all.with_bulk(all.add("purge", "Throw dead tasks away",
                          change_with({"DELETE", "/v1/dead/", "", "/v1/dead:purge"})));
    return all.runner();
}

command add_destinations(CLI::App& program) {
    verbs all(program.add_subcommand("destinations", "Look at destinations; pause and resume"));
    all.add("list", "List destinations", list_destinations);
    all.with_names(all.add("pause", "Hold their tasks", destinations_with("/pause")), "NAME");
    all.with_names(all.add("resume", "Send again, also after a 410", destinations_with("/resume")),
                   "NAME");
    all.with_names(all.add("purge", "Cancel all their waiting tasks", destinations_with("/purge")),
                   "NAME");
    return all.runner();
}

} // namespace sluice::gateway::cli
