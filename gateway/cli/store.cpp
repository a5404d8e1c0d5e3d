#include "gateway/cli/admin_client.hpp"
#include "gateway/cli/admin_text.hpp"
#include "gateway/cli/commands.hpp"
#include "gateway/cli/journal_inspect.hpp"
#include "gateway/cli/json_text.hpp"
#include "gateway/cli/store_text.hpp"
#include "gateway/cli/terminal.hpp"
#include "gateway/config/load.hpp"
#include "gateway/config/suggestion.hpp"
#include "gateway/plan/expression_compiler.hpp"
#include "gateway/serve/store_exit.hpp"
#include "gateway/telemetry/exit_code.hpp"
#include "queue/postgres/log_worker.hpp"
#include "queue/postgres/schema.hpp"
#include "queue/postgres/store_report.hpp"
#include "queue/postgres/without_password.hpp"

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

namespace database = queue::postgres;

struct store_flags {
    std::string config;
    admin_flags admin;
    std::vector<std::string> names; // of members
    bool as_json = false;
    bool is_yes = false;
    bool is_dry_run = false;
};
using store_verb = std::function<int(store_flags const&)>;

// The URL of [store]; never printed whole.
std::string url_in(store_flags const& f) {
    auto file = f.config;
    if (file.empty()) {
        char const* const named = std::getenv("SLUICE_CONFIG");
        if (named != nullptr) file = named;
    }
    if (file.empty()) throw command_error(exit_usage, "name the configuration: --config FILE");
    plan::expression_compiler const checker;
    auto const loaded = config::load_file(file, checker);
    for (auto const& problem : loaded.problems)
        if (!loaded.ok()) std::cerr << problem.to_string() << '\n';
    if (!loaded.ok()) throw command_error(exit_configuration, "the configuration has errors");
    if (!loaded.settings.is_clustered())
        throw command_error(exit_configuration,
                            file + ": [store] engine is not \"postgres\": there is no database");
    return std::string(loaded.settings.storage.url.reveal());
}

[[noreturn]] void fail(std::string const& url, boost::system::error_code ec,
                       std::string const& why) {
    throw command_error(serve::exit_code_of_store(ec),
                        fmt::format("{}: {}{}{}", database::without_password(url), ec.message(),
                                    why.empty() ? "" : " ", why));
}

database::connection connect_to_store(std::string const& url) {
    std::string why;
    auto made = database::connection::open({url}, why);
    if (made.has_error()) fail(url, made.error(), why);
    return std::move(*made);
}

void print_store(store_flags const& f, boost::json::value const& answer,
                 std::function<std::string(boost::json::value const&)> const& write) {
    if (f.as_json)
        std::cout << boost::json::serialize(answer) << '\n';
    else
        std::cout << write(answer);
}

database::schema_state state_of(database::connection& of, std::string const& url) {
    std::string why;
    auto state = database::inspect_schema(of, why);
    if (state.has_error()) fail(url, state.error(), why);
    return std::move(*state);
}

// Asks before gateways of an older program are shut out, not before a schema is made.
int migrate_store(store_flags const& f) {
    auto const url = url_in(f);
    auto to = connect_to_store(url);
    auto const before = state_of(to, url);
    bool const is_change = before.version < database::schema_version;
    auto const what = fmt::format("bring the schema of database {} from version {} to {}",
                                  before.database, before.version, database::schema_version);
    if (f.is_dry_run) {
        print_store(f, schema_json(before), [&](boost::json::value const&) {
            return is_change ? fmt::format("would {}\n", what) : "nothing to do\n";
        });
        return exit_ok;
    }
    bool const is_asked =
        is_change && before.version > 0 && !f.is_yes && terminal_of_process().can_ask;
    if (is_asked && !ask_yes_or_no(what + "?")) {
        std::cerr << "nothing was done\n";
        return exit_missed;
    }
    std::string why;
    auto const state = database::prepare_schema(to, why);
    if (state.has_error()) fail(url, state.error(), why);
    print_store(f, schema_json(*state), schema_text);
    return exit_ok;
}

int check_store(store_flags const& f) {
    auto const url = url_in(f);
    auto to = connect_to_store(url);
    auto const state = state_of(to, url);
    print_store(f, schema_json(state), schema_text);
    bool const is_good = state.is_fsync_on && !state.is_read_only &&
                         state.version <= database::schema_version && state.missing_right.empty();
    return is_good ? exit_ok : exit_configuration;
}

database::store_report report_of(std::string const& url) {
    auto to = connect_to_store(url);
    if (state_of(to, url).version == 0)
        throw command_error(exit_configuration, database::without_password(url) +
                                                    ": there is no schema yet: no gateway has "
                                                    "started, and \"store migrate\" has not run");
    auto report = database::read_report(to);
    if (report.has_error()) fail(url, report.error(), to.message());
    return std::move(*report);
}

int list_logs(store_flags const& f) {
    print_store(f, report_json(report_of(url_in(f))), [](boost::json::value const& report) {
        return fmt::format("{}bytes {}\n", logs_text(report),
                           report.at("bytes").to_number<std::uint64_t>());
    });
    return exit_ok;
}

int show_store(store_flags const& f) {
    auto const url = url_in(f);
    auto const report = report_json(report_of(url));
    auto to = connect_to_store(url);
    auto shown = report.as_object();
    shown["schema"] = schema_json(state_of(to, url));
    print_store(f, shown, [](boost::json::value const& all) {
        return fmt::format("{}{}{}bytes    {}\n", schema_text(all.at("schema")), members_text(all),
                           logs_text(all), all.at("bytes").to_number<std::uint64_t>());
    });
    return exit_ok;
}

// A log whose adoption has ended is left out: its tasks stand in the logs of whoever took them.
int export_store(store_flags const& f) {
    auto const url = url_in(f);
    int code = exit_ok;
    for (auto const& one : report_of(url).logs) {
        if (one.is_adoption_done || one.segments == 0) continue;
        if (one.adopted_by)
            std::cerr << fmt::format("sluice: log {} is being taken over: some of its tasks may be "
                                     "printed twice\n",
                                     one.log);
        database::log_options of;
        of.connect.url = url;
        of.log = one.log;
        of.epoch = one.epoch;
        database::log_worker rows(std::move(of));
        auto const ended = journal_export(rows, {}, std::cout, std::cerr);
        if (ended != exit_ok) code = ended;
    }
    return code;
}

// From the database where a configuration is named, by a flag or by the variable, else from a
// running gateway; a gateway that is named counts before the variable.
boost::json::value look_at_cluster(store_flags const& f) {
    bool const has_config = !f.config.empty() || std::getenv("SLUICE_CONFIG") != nullptr;
    if (f.config.empty() && (!has_config || !f.admin.url.empty()))
        return admin_client(resolve_admin(f.admin)).call("GET", "/v1/cluster");
    return report_json(report_of(url_in(f)));
}

int list_members(store_flags const& f) {
    print_store(f, look_at_cluster(f), [](boost::json::value const& report) {
        bool const has_logs = report.as_object().contains("logs"); // it is the database's
        return members_text(report) + (has_logs ? logs_text(report) : std::string());
    });
    return exit_ok;
}

int show_members(store_flags const& f) {
    auto const report = look_at_cluster(f);
    int code = exit_ok;
    for (auto const& name : f.names) {
        std::vector<std::string> known;
        boost::json::value const* found = nullptr;
        for (auto const& each : report.at("members").as_array()) {
            known.push_back(text_of(each, "name"));
            if (known.back() == name) found = &each;
        }
        if (found) {
            print_store(f, *found, object_text);
            continue;
        }
        auto const near = config::nearest(name, known);
        std::cerr << "sluice: " << name << ": there is no such member"
                  << (near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)) << '\n';
        code = exit_missed;
    }
    return code;
}

// The verbs below one command, and the one that was asked for.
class store_verbs {
  public:
    explicit store_verbs(CLI::App* parent)
        : parent_(parent) {
        parent_->require_subcommand(1);
    }

    CLI::App* add(char const* name, char const* help, store_verb run) {
        auto* const command = parent_->add_subcommand(name, help);
        command->add_option("-c,--config", given_->config, "Configuration file (SLUICE_CONFIG)");
        command->add_flag("--json", given_->as_json, "JSON instead of text");
        command->callback([chosen = chosen_, run = std::move(run)] { *chosen = run; });
        return command;
    }
    void with_admin(CLI::App* command) { given_->admin.add_to(*command); }
    void with_names(CLI::App* command, char const* name, char const* help) {
        command->add_option(name, given_->names, help)->required();
    }
    void with_asking(CLI::App* command) {
        command->add_flag("-y,--yes", given_->is_yes, "Do not ask, not on a terminal either");
        command->add_flag("--dry-run", given_->is_dry_run, "Only say what would be done");
    }

    command runner() const {
        return telling_errors([given = given_, chosen = chosen_] { return (*chosen)(*given); });
    }

  private:
    CLI::App* parent_;
    std::shared_ptr<store_flags> given_ = std::make_shared<store_flags>();
    std::shared_ptr<store_verb> chosen_ = std::make_shared<store_verb>();
};

} // namespace

command add_store(CLI::App& program) {
    store_verbs all(program.add_subcommand("store", "Look at the PostgreSQL that gateways share"));
    all.with_asking(all.add("migrate", "Make its schema, or bring it up to date", migrate_store));
    all.add("check", "Say whether gateways can work with it; change nothing", check_store);
    all.add("list", "List the logs, their sizes, and standbys", list_logs)->alias("stats");
    all.add("show", "Show everything: the database, its schema, members, logs and standbys",
            show_store);
    all.add("export", "Print every task that waits and every dead letter, a line of JSON each",
            export_store);
    return all.runner();
}

command add_cluster(CLI::App& program) {
    store_verbs all(program.add_subcommand("cluster", "Look at the gateways that share a store"));
    auto* const list =
        all.add("list", "List members: of the database by --config, else of a running gateway",
                list_members);
    list->alias("status");
    all.with_admin(list);
    auto* const show = all.add("show", "Show everything about members", show_members);
    all.with_admin(show);
    all.with_names(show, "NAME", "Members");
    return all.runner();
}

} // namespace sluice::gateway::cli
