// What all verbs that ask a running gateway are made of: their flags, how they print, how they ask
// before they change something. Main thread of a command.
#pragma once

#include "gateway/cli/admin_client.hpp"
#include "gateway/cli/commands.hpp"
#include "gateway/cli/table.hpp"
#include "gateway/cli/terminal.hpp"
#include "gateway/cli/when.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sluice::gateway::cli {

// The flags of every verb; each takes those that it knows.
struct verb_flags {
    admin_flags admin;
    std::string output; // "table", "wide", "lines" or "json"; empty: by what the output is
    std::vector<std::string> names; // ids or destinations
    std::string destination, account, state, reason, from, to, order_key;
    // What a customer quotes; it stands in what a task carries.
    std::string contact, client, flow, idempotency_key, webhook_id, text;
    std::size_t limit = 100;
    std::uint64_t rate = 0;
    bool is_all = false;
    bool is_yes = false;
    bool is_dry_run = false;
    bool is_waiting = false;

    // Whether tasks are chosen by anything but their names.
    bool has_filter() const;
    // Whether what they carry counts.
    bool has_contents() const;
};

// One verb under way: what was asked for, whom it asks, where it prints.
class verb_call {
  public:
    verb_call(verb_flags const& given, terminal const& screen, queue::wall_time now);

    verb_flags const& flags() const { return flags_; }
    admin_client const& gateway() const { return gateway_; }
    terminal const& screen() const { return screen_; }
    queue::wall_time now() const { return now_; }
    bool is_json() const { return flags_.output == "json"; }

    using line_maker = std::string (*)(boost::json::value const&);
    using table_maker = table (*)(boost::json::array const&, time_style const&);

    // A line of JSON, or of text.
    void print_line(boost::json::object const& json, std::string const& text) const;
    // The answer as JSON, or as `write` says.
    void print(boost::json::value const& answer, line_maker write) const;
    // Entries as a table to a terminal, and where a table is asked for; else a line each: as `line`
    // says, or as to_lines does.
    void print_list(boost::json::array const& entries, table_maker columns,
                    line_maker line = nullptr) const;
    // The same of the entries that the answer has behind `name`; the whole answer as JSON.
    void print_list(boost::json::value const& answer, std::string_view name, table_maker columns,
                    line_maker line = nullptr) const;

    // --from and --to as instants, "before now" and local dates understood. Throws command_error.
    std::string instant_of(std::string const& given, char const* flag) const;
    // The filter's flags as the members that the calls know.
    std::vector<std::pair<std::string, std::string>> filter() const;
    // The same behind a path that has a query: "&destination=crm", percent-encoded.
    std::string filter_query() const;
    // Whether somebody is asked before something is taken away.
    bool is_asked() const;
    // Whether to go on: asked on a terminal, given by --yes, and taken as given where nobody can be
    // asked, as rm(1) does. Says what it does not do.
    bool may(std::string const& question) const;

    // Runs `ask` for each name; the worst code counts. Names that are not there get the nearest
    // destination beside the refusal where they are destinations.
    int for_each_name(std::function<void(std::string const&)> const& ask,
                      bool are_destinations = false) const;
    // "; did you mean \"crm\"?" where there is no such destination; empty where there is.
    std::string destination_hint(std::string const& name) const;
    // Says it on standard error, for filters that met nothing.
    void hint_at_destination() const;

  private:
    verb_flags const& flags_;
    admin_client gateway_;
    terminal screen_;
    time_style when_;
    queue::wall_time now_;
};

using verb = std::function<int(verb_call const&)>;

// Declares verbs below one command, and remembers the one that was asked for.
class verbs {
  public:
    explicit verbs(CLI::App* parent);

    CLI::App* add(char const* name, char const* help, verb run);
    // --destination, --from, …, and --contact, --text, …: what stands in the tasks themselves.
    CLI::App* with_filter(CLI::App* app);
    // Ids or a filter, a pace, and what with_asking and with_waiting have.
    CLI::App* with_bulk(CLI::App* app);
    // --yes, --dry-run
    void with_asking(CLI::App* app);
    void with_waiting(CLI::App* app);
    // `type`: what they are, where the shell can be told which there are (see declared.hpp).
    void with_names(CLI::App* app, char const* name, char const* help, char const* type = nullptr);
    void with_limit(CLI::App* app, std::size_t most = 1'000'000);
    void with_state(CLI::App* app);
    void with_account(CLI::App* app, bool is_must = false);

    command runner() const;

  private:
    CLI::App* parent_;
    std::shared_ptr<verb_flags> given_ = std::make_shared<verb_flags>();
    std::shared_ptr<verb> chosen_ = std::make_shared<verb>();
};

// "/v1/tasks/" and a name, percent-encoded.
std::string path_of(std::string_view before, std::string_view name, std::string_view after = {});

} // namespace sluice::gateway::cli
