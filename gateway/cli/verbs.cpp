#include "gateway/cli/verbs.hpp"

#include "codecs/percent.hpp"
#include "gateway/call/times.hpp"
#include "gateway/cli/declared.hpp"
#include "gateway/cli/json_text.hpp"
#include "gateway/config/suggestion.hpp"
#include "gateway/telemetry/exit_code.hpp"
#include "queue/core/task.hpp"
#include "queue/dispatch/clock.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iostream>

namespace sluice::gateway::cli {

namespace {

// The states by the words of the calls; a word that is none is told the nearest.
std::vector<std::string> known_states() {
    std::vector<std::string> known;
    for (int i = 0; i <= static_cast<int>(queue::task_state::expired); ++i)
        known.emplace_back(to_string(static_cast<queue::task_state>(i)));
    return known;
}

void check_states(std::string const& list) {
    auto const known = known_states();
    std::string_view rest = list;
    while (!rest.empty()) {
        auto const end = rest.find(',');
        auto const word = rest.substr(0, end);
        rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
        if (word.empty() || std::ranges::find(known, word) != known.end()) continue;
        auto const near = config::nearest(word, known);
        throw command_error(exit_usage,
                            fmt::format("--state: there is no state \"{}\"; {}", word,
                                        near.empty()
                                            ? fmt::format("they are {}", fmt::join(known, ", "))
                                            : fmt::format("did you mean \"{}\"?", near)));
    }
}

} // namespace

namespace {

// The criteria of the calls' filters and the flags of the same meaning.
struct criterion {
    char const* member;
    char const* flags;
    char const* help;
    std::string verb_flags::*value;
    bool is_of_contents = true;
};
constexpr std::array criteria{
    criterion{"order_key", "--order-key", "With this order key", &verb_flags::order_key, false},
    criterion{"contact", "--contact", "Whose body has this number, in any spelling",
              &verb_flags::contact},
    criterion{"client", "--client,--client-id", "Of this client identifier", &verb_flags::client},
    criterion{"flow", "--flow", "Of this flow", &verb_flags::flow},
    criterion{"idempotency_key", "--idempotency-key,--key", "That came with this Idempotency-Key",
              &verb_flags::idempotency_key},
    criterion{"webhook_id", "--webhook-id", "That came or was sent with this webhook-id",
              &verb_flags::webhook_id},
    criterion{"text", "--text", "Whose body has this text in it", &verb_flags::text},
};

} // namespace

bool verb_flags::has_filter() const {
    return is_all || !destination.empty() || !account.empty() || !state.empty() ||
           !reason.empty() || !from.empty() || !to.empty() ||
           std::ranges::any_of(criteria,
                               [this](auto const& each) { return !(this->*each.value).empty(); });
}

bool verb_flags::has_contents() const {
    return std::ranges::any_of(criteria, [this](auto const& each) {
        return each.is_of_contents && !(this->*each.value).empty();
    });
}

std::string path_of(std::string_view before, std::string_view name, std::string_view after) {
    std::string path(before);
    codecs::append_percent_encoded(path, name);
    path += after;
    return path;
}

verb_call::verb_call(verb_flags const& given, terminal const& screen, queue::wall_time now)
    : flags_(given)
    , gateway_(resolve_admin(given.admin))
    , screen_(screen)
    , when_{now, screen.is_output && given.output != "wide"}
    , now_(now) {
    check_states(given.state);
}

void verb_call::print_line(boost::json::object const& json, std::string const& text) const {
    std::cout << (is_json() ? boost::json::serialize(json) : text) << '\n';
}

void verb_call::print(boost::json::value const& answer, line_maker write) const {
    auto const text = is_json() ? boost::json::serialize(answer) : write(answer);
    std::cout << text << (text.ends_with('\n') ? "" : "\n");
}

void verb_call::print_list(boost::json::array const& entries, table_maker columns,
                           line_maker line) const {
    bool const has_choice = !flags_.output.empty();
    bool const is_table = has_choice ? flags_.output != "lines" : screen_.is_output;
    if (!is_table) {
        for (auto const& each : line ? entries : boost::json::array())
            std::cout << line(each) << '\n';
        if (!line) std::cout << to_lines(columns(entries, when_));
        return;
    }
    if (is_table && entries.empty()) {
        std::cerr << "nothing to list\n";
        return;
    }
    table_layout how;
    how.has_header = true;
    how.has_colour = screen_.has_colour;
    how.is_wide = flags_.output == "wide";
    how.width = !how.is_wide && screen_.is_output ? screen_.width : 0;
    std::cout << to_text(columns(entries, when_), how);
}

void verb_call::print_list(boost::json::value const& answer, std::string_view name,
                           table_maker columns, line_maker line) const {
    if (is_json()) return print_line(answer.as_object(), {});
    print_list(answer.at(name).as_array(), columns, line);
}

std::string verb_call::instant_of(std::string const& given, char const* flag) const {
    if (given.empty()) return {};
    auto const at = parse_when(given, now_);
    if (!at)
        throw command_error(exit_usage,
                            fmt::format("{}: \"{}\" is no time; say 1h (so long ago), 2026-11-29, "
                                        "\"2026-11-29 14:30\" or RFC 3339",
                                        flag, given));
    return call::to_text(*at);
}

std::vector<std::pair<std::string, std::string>> verb_call::filter() const {
    std::vector<std::pair<std::string, std::string>> members;
    auto const add = [&members](char const* name, std::string value) {
        if (!value.empty()) members.emplace_back(name, std::move(value));
    };
    add("destination", flags_.destination);
    add("account", flags_.account);
    add("state", flags_.state);
    add("reason", flags_.reason);
    add("from", instant_of(flags_.from, "--from"));
    add("to", instant_of(flags_.to, "--to"));
    for (auto const& each : criteria)
        add(each.member, flags_.*each.value);
    return members;
}

std::string verb_call::filter_query() const {
    std::string query;
    for (auto const& [name, value] : filter()) {
        query += fmt::format("&{}=", name);
        codecs::append_percent_encoded(query, value);
    }
    return query;
}

bool verb_call::is_asked() const {
    return screen_.can_ask && !flags_.is_yes;
}

bool verb_call::may(std::string const& question) const {
    if (!is_asked()) return true;
    if (ask_yes_or_no(question)) return true;
    std::cerr << "nothing was done\n";
    return false;
}

int verb_call::for_each_name(std::function<void(std::string const&)> const& ask,
                             bool are_destinations) const {
    int code = exit_ok;
    for (auto const& name : flags_.names) {
        try {
            ask(name);
        } catch (command_error const& e) {
            if (e.code() == exit_cannot_bind) throw;
            std::cerr << "sluice: " << name << ": " << e.what()
                      << (are_destinations ? destination_hint(name) : std::string()) << '\n';
            code = e.code();
        }
    }
    return code;
}

std::string verb_call::destination_hint(std::string const& name) const {
    std::vector<std::string> names;
    try {
        auto const answer = gateway_.call("GET", "/v1/destinations");
        for (auto const& each : answer.at("destinations").as_array())
            names.push_back(text_of(each, "name"));
    } catch (command_error const&) {
        return {}; // the first refusal says enough
    }
    if (std::ranges::find(names, name) != names.end()) return {};
    auto const near = config::nearest(name, names);
    if (near.empty()) return {};
    return fmt::format("; did you mean \"{}\"?", near);
}

void verb_call::hint_at_destination() const {
    if (flags_.destination.empty()) return;
    auto const hint = destination_hint(flags_.destination);
    if (!hint.empty())
        std::cerr << "sluice: there is no destination \"" << flags_.destination << '"' << hint
                  << '\n';
}

// --- the command line ----------------------------------------------------------------------------

verbs::verbs(CLI::App* parent)
    : parent_(parent) {
    parent_->require_subcommand(1);
}

CLI::App* verbs::add(char const* name, char const* help, verb run) {
    auto* const app = parent_->add_subcommand(name, help);
    given_->admin.add_to(*app);
    app->add_option("-o,--output", given_->output,
                    "table | wide | lines | json; default: a table on a terminal, else lines")
        ->check(CLI::IsMember({"table", "wide", "lines", "json"}));
    app->add_flag_callback(
        "--json", [given = given_] { given->output = "json"; }, "As --output json");
    app->callback([chosen = chosen_, run = std::move(run)] { *chosen = run; });
    return app;
}

CLI::App* verbs::with_filter(CLI::App* app) {
    app->add_option("--destination", given_->destination, "Of this destination")
        ->type_name(destination_type);
    with_account(app);
    app->add_option("--from", given_->from, "From then on: 1h (so long ago), 2026-11-29, RFC 3339");
    app->add_option("--to", given_->to, "Before then; as --from");
    app->add_option("--reason", given_->reason, "Whose reason has this in it");
    for (auto const& each : criteria)
        app->add_option(each.flags, (*given_).*each.value, each.help);
    return app;
}

void verbs::with_asking(CLI::App* app) {
    app->add_flag("-y,--yes", given_->is_yes, "Do not ask, not on a terminal either");
    app->add_flag("--dry-run", given_->is_dry_run, "Only say what it would be done to");
}

void verbs::with_waiting(CLI::App* app) {
    app->add_flag("--wait", given_->is_waiting, "Wait for the job's end, showing how far it is");
}

CLI::App* verbs::with_bulk(CLI::App* app) {
    with_filter(app);
    app->add_option("ID", given_->names, "Tasks");
    app->add_flag("--all", given_->is_all, "All of them");
    app->add_option("--rate", given_->rate, "At most so many a second")
        ->check(CLI::Range(1, 1'000'000));
    with_asking(app);
    with_waiting(app);
    return app;
}

void verbs::with_names(CLI::App* app, char const* name, char const* help, char const* type) {
    auto* const option = app->add_option(name, given_->names, help)->required();
    if (type) option->type_name(type);
}

void verbs::with_limit(CLI::App* app, std::size_t most) {
    app->add_option("--limit", given_->limit, "At most so many, default 100")
        ->check(CLI::Range(std::size_t{1}, most));
}

void verbs::with_state(CLI::App* app) {
    app->add_option("--state", given_->state, "In this state, or in several: ready,dead")
        ->type_name(fmt::format("TEXT:{{{}}}", fmt::join(known_states(), ",")));
}

void verbs::with_account(CLI::App* app, bool is_must) {
    app->add_option("--account", given_->account, "Of this account")
        ->required(is_must)
        ->type_name(account_type);
}

command verbs::runner() const {
    return telling_errors([given = given_, chosen = chosen_] {
        auto const now = queue::system_clock().now().wall;
        return (*chosen)(verb_call(*given, terminal_of_process(), now));
    });
}

} // namespace sluice::gateway::cli
