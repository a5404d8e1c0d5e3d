// What the journal wants done to what keeps it, as values: one closed list. The journal hands jobs
// out and takes them back; a worker does them, on files (file_worker) or in PostgreSQL
// (queue/postgres/log_worker). Segments are named by number, so that a job says nothing of how they
// are kept. tests/queue/journal/worker_conformance holds what every worker must do.
// A commit job and a background job may run at the same time; never two of one lane.
#pragma once

#include "queue/core/task.hpp"
#include "queue/journal/storage.hpp"

#include <chrono>
#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sluice::queue {

enum class segment_kind : std::uint8_t { journal, history };

// A segment of the journal or a part of the history. Number 0: none.
struct segment_ref {
    segment_kind kind = segment_kind::journal;
    std::uint32_t number = 0;

    bool is_none() const { return number == 0; }
    friend auto operator<=>(segment_ref const&, segment_ref const&) = default;
};

// "journal-0000000001.log", "done-0000000001.log".
std::string to_string(segment_ref const& ref);

// Bytes for one place.
struct segment_write {
    segment_ref to;
    std::uint64_t offset = 0;
    std::string bytes;
};

// A part of another gateway's tasks that a batch takes over: it is written only if nobody has done
// so, and so that nobody can do so again.
struct adopted_slice {
    std::uint32_t log = 0;
    std::int64_t epoch = 0; // that the adopter gave the dead log
    std::uint32_t slice = 0;
    // Of the order keys of its tasks, each once: they change hands with the slice.
    std::vector<std::uint16_t> order_slots = {};
};

// One batch. `kept` goes to the history; its failure does not fail the batch.
struct commit_job {
    segment_write batch;
    segment_write kept; // to none: nothing
    bool sync = true;
    std::optional<adopted_slice> adopts;
};

// Of a long job: how many bytes of the segment are gone through before other jobs have their turn.
// A worker may leave off there; its result says where the same job goes on.
inline constexpr std::uint64_t all_at_once = std::numeric_limits<std::uint64_t>::max();

// A new segment with its header, there for good when all of this is done. `bytes`: how long it may
// become; room for them is made now, where that can be done. `begin`: what is left of them.
struct prepare_job {
    segment_ref segment;
    std::string header;
    std::uint64_t bytes = 0;
    std::uint64_t begin = 0;
    std::uint64_t most = all_at_once;
};

struct sync_job {
    std::vector<segment_ref> segments;
};

// Syncs `first`, then removes `gone`.
struct remove_job {
    std::vector<segment_ref> first;
    segment_ref gone;
    // It is the oldest of its kind. One that is older was removed before, and has come back where a
    // standby leads that had not heard of it: it goes too, or it would stand before a gap.
    bool is_oldest = false;
};

// Syncs a part of the history, appends its last line, syncs again.
struct seal_job {
    segment_write trailer;
};

// One record's line and body, found by where its body lies. Checked against its checksums.
struct read_item {
    segment_ref from; // none: the segment is gone, which the result says
    std::uint64_t salt = 0;
    location where;
};
struct read_job {
    std::vector<read_item> items;
};

// A record of the history.
struct look_up_job {
    segment_ref from;
    std::uint64_t salt = 0;
    std::uint64_t offset = 0; // of its line
};

// The ids of the tasks whose full records lie in [offset, bytes) of a segment.
struct scan_job {
    segment_ref from;
    std::uint64_t salt = 0;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    std::uint64_t most = all_at_once;
};

struct measure_job {};

// --- the start: done one after the other, before there is a lane ---------------------------------

// Keeps every other process out for as long as the worker lives.
struct lock_job {};
// Every segment that is there, by kind and number.
struct list_job {};
// A segment from its beginning to its end, header included. `room`: memory of an earlier content
// that a worker may load into and move into its result, or leave alone; not for two jobs at a time.
// `begin`: where an earlier result said that it goes on.
struct load_job {
    segment_ref from;
    std::string* room = nullptr;
    std::uint64_t begin = 0;
    std::uint64_t most = all_at_once;
};
// What lies behind `end` goes, then the segment is synced.
struct cut_job {
    segment_ref segment;
    std::uint64_t end = 0;
    bool sync = true;
};
// Writes over bytes that are there; synced by a later cut_job.
struct rewrite_job {
    segment_write what;
};
// Removes what a crash left half made.
struct tidy_job {};

struct disk_job {
    std::variant<commit_job, prepare_job, sync_job, remove_job, seal_job, read_job, look_up_job,
                 scan_job, measure_job, lock_job, list_job, load_job, cut_job, rewrite_job,
                 tidy_job>
        work;
    std::uint64_t tag = 0; // the journal's own
};

struct segment_entry {
    segment_ref segment;
    std::uint64_t bytes = 0;
};

struct disk_result {
    boost::system::error_code error;      // the first one; what came after it was not done
    std::string_view operation = "none";  // which call failed: "write", "sync", "open", …
    boost::system::error_code kept_error; // commit_job: of the history's write
    // commit_job with a slice: nothing was written, another has it or adopts the log now
    bool was_adopted_before = false;
    std::vector<boost::system::result<shared_bytes>> bodies; // read_job, one for each item
    std::string record;                                      // look_up_job: line and body
    std::vector<task_id> ids;                                // scan_job
    // prepare_job, scan_job, load_job: `begin` or `offset` of the rest; 0: there is none
    std::uint64_t goes_on_at = 0;
    disk_space space;                      // measure_job
    std::vector<segment_entry> entries;    // list_job
    std::string content;                   // load_job
    std::chrono::microseconds duration{0}; // filled in by whoever runs the job
};

// Who does the jobs, blocking; never throws. Called by two threads at a time at most: one for
// commits, one for the background. Jobs of the start come from one thread, before the others.
class job_worker {
  public:
    virtual ~job_worker() = default;
    virtual disk_result run(disk_job const& job) = 0;
};

// Who runs the jobs: a thread in the program, the test itself in a simulation.
class job_runner {
  public:
    virtual ~job_runner() = default;

    // Runs `job`, later or on another thread, and hands it back with its result to whoever the
    // runner was made for. Any thread.
    virtual void submit(disk_job&& job) = 0;
};

} // namespace sluice::queue
