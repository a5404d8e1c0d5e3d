// Reading the journal back at start: every record in order to a visitor, and a judgement of what
// is bad. Bad bytes in a batch that a later mark calls synced are damage; bad bytes behind that
// are a torn write, of which the whole records are kept. Blocking; before any thread runs.
#pragma once

#include "queue/record.hpp"
#include "queue/store.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
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

} // namespace sluice::queue
