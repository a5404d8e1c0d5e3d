// Reading the journal back at start: every record in order to a visitor, and a judgement of what
// is bad. Bad bytes in a batch that a later mark calls synced are damage; bad bytes behind that
// are a torn write, of which the whole records are kept. Blocking; before any other thread runs:
// two of its own read and check ahead (line_checker), and end with it.
#pragma once

#include "queue/core/record.hpp"
#include "queue/journal/segment_table.hpp"
#include "queue/journal/sequence.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sluice::queue {

// A finished task as the history keeps it: its put with its notes, and how it ended.
struct kept_task {
    accepted task; // the payload is there only after journal::look_up
    finished end;
    sequence number = 0; // of its terminal record in the journal
};

// Told what is on the disk: first the history, oldest first, then the journal's records.
struct replay_visitor {
    std::function<void(kept_task&&)> on_kept;
    std::function<void(record&&, sequence)> on_record; // accepted: with `where` and payload
    // A record of this task comes soon, if nothing is wrong; may be empty.
    std::function<void(task_id const&)> expect;
    // So many of all bytes of the segments have been gone through; may be empty.
    std::function<void(std::uint64_t done, std::uint64_t all)> on_progress;
    // Whether the payload of a task is wanted, which is as yet without one; empty: always.
    std::function<bool(accepted const&)> needs_payload;
};

struct damage {
    std::string file;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    std::string what; // a sentence
};

struct replay_report {
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0;
    std::uint64_t batches = 0;
    std::uint64_t records = 0;
    std::uint64_t tasks = 0; // put records
    std::uint64_t kept = 0;  // entries of the history
    sequence last = 0;       // the highest number seen
    std::uint64_t torn_bytes_dropped = 0;
    std::uint64_t torn_records_dropped = 0; // as far as the numbers show
    std::uint64_t torn_records_kept = 0;    // whole records found behind a hole
    std::vector<damage> damages;            // also when skipped
    std::string text() const;               // one line for a log
};

// Where the journal on disk ends, and what is to be done about a torn end.
struct replay_tail {
    std::uint32_t highest_number = 0; // of a segment
    std::uint64_t last_batch = 0;
    std::uint64_t synced = 0; // the highest batch that a mark calls synced
    sequence next = 1;        // the number of the next record
    struct cut {
        std::uint32_t segment = 0;
        std::uint64_t offset = 0;
    };
    std::optional<cut> torn_at; // everything from here on is to be cut away
    // The last batch is short of records for good: its mark, at `at`, is to say `records`.
    struct short_batch {
        cut at;
        std::uint64_t number = 0;
        sequence first = 0;
        std::uint64_t synced = 0;
        std::uint64_t records = 0;
    };
    std::optional<short_batch> shortened;
    std::vector<record> salvaged; // whole records from behind there, to be written anew
};

// Reads the journal's segments among `all` (sorted), enters them into `segments` and changes
// nothing on the disk, which another thread uses meanwhile. What lies before a torn place is
// visited, what lies behind it is salvaged. Damage is reported, not an error. Errors: newer_format,
// the disk's. `piece_bytes`: what is read at a time, where the disk's worker reads less than all.
boost::system::result<replay_tail> replay_journal(job_worker& disk,
                                                  std::vector<segment_entry> const& all,
                                                  names& table, replay_visitor const& visitor,
                                                  segment_table& segments, replay_report& report,
                                                  std::uint64_t piece_bytes = all_at_once);

} // namespace sluice::queue
