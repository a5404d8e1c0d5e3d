// Behind `sluice journal cat|check|stats|export`: reads a data directory of a stopped or running
// gateway and changes nothing. Blocking. Returns the program's exit code: 0, 65 (damage),
// 69 (cannot be read). What is damaged or torn goes to `errors`, of `check` to `out`.
#pragma once

#include "queue/core/names.hpp"
#include "queue/journal/journal_job.hpp"

#include <iosfwd>

namespace sluice::gateway::cli {

struct inspect_options {
    bool with_bodies = false; // cat: the bodies too
    bool as_json = false;     // one JSON object a line (cat, export) or one object (check, stats)
};

// Each record of journal and history that can be read: time, kind, id, destination, state, bytes.
int journal_cat(queue::job_worker& disk, inspect_options const& options, std::ostream& out,
                std::ostream& errors);
// What is torn and what is damaged, with file and offset. 65 if anything is damaged.
int journal_check(queue::job_worker& disk, inspect_options const& options, std::ostream& out,
                  std::ostream& errors);
// Segments, sizes, live bytes and garbage, tasks by state.
int journal_stats_text(queue::job_worker& disk, inspect_options const& options, std::ostream& out,
                       std::ostream& errors);
// Every task that waits and every dead letter, one JSON object a line, with its payload in Base64.
int journal_export(queue::job_worker& disk, inspect_options const& options, std::ostream& out,
                   std::ostream& errors);

} // namespace sluice::gateway::cli
