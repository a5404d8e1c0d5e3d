// What the verbs have in common that change many tasks: cancel, redrive, purge, replay. Main thread
// of a command.
#pragma once

#include "gateway/cli/verbs.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::gateway::cli {

struct task_change {
    std::string_view word;                  // "cancel", as questions and reports say it
    std::string_view method, before, after; // the call for one task: before + id + after
    std::string_view bulk;                  // the call for many
    // Where those are listed that it is for, and in which states: of calls that do not look into
    // what tasks carry. Empty: this one does.
    std::string_view list, states;
};

// The tasks that are named, or those of a filter. Asks first on a terminal, and holds what it then
// does to what was counted: a task that came later is left alone.
int change_tasks(task_change const& how, verb_call const& with);

// How many tasks a bulk call would concern, and when they were counted. Asks the call itself, which
// does nothing then.
struct met_tasks {
    std::uint64_t count = 0;
    std::string at;
};
met_tasks count_tasks(verb_call const& with, std::string_view bulk);

// "1 task", "3 tasks", and "3 tasks of crm, account 163" where a filter says so.
std::string tasks_text(std::uint64_t count);
std::string filter_text(verb_call const& with);

struct bulk_manner {
    bool is_held = false;  // held to the count, for somebody saw it
    std::string word = {}; // what the report calls it; empty: as the job does
};
// The bulk call for what `filter` and the flags say, its report printed; the exit code.
int run_bulk(verb_call const& with, std::string_view path, met_tasks const& met,
             bulk_manner const& how);

// What `--dry-run` prints: "would " and this, or the same as JSON.
void print_dry_run(verb_call const& with, std::string_view word, std::string const& text,
                   boost::json::object about);

} // namespace sluice::gateway::cli
