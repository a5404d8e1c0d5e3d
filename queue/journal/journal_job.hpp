// What the journal wants done to the disk, as values. The journal hands jobs out and takes them
// back; whoever owns it runs them: a disk_thread in the program, a loop in a simulation.
// A commit job and a background job may run at the same time; never two of one lane.
#pragma once

#include "queue/core/task.hpp"
#include "queue/journal/storage.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace sluice::queue {

// Bytes for one file.
struct file_write {
    std::shared_ptr<file> to;
    std::uint64_t offset = 0;
    std::string bytes;
};

// One batch. `kept` goes to the history; its failure does not fail the batch.
struct commit_job {
    file_write batch;
    file_write kept; // `to` may be null
    bool sync = true;
};

// A new file: zeros, a header, synced, then renamed into its place and the directory synced.
struct prepare_job {
    std::string temporary_name;
    std::string name;
    std::string header;
    std::uint64_t bytes = 0;
};

struct sync_job {
    std::vector<std::shared_ptr<file>> files;
};

// Syncs `first`, then removes `names` one by one, in order.
struct remove_job {
    std::vector<std::shared_ptr<file>> first;
    std::vector<std::string> names;
};

// Syncs a history file, appends its last line, syncs again.
struct seal_job {
    file_write trailer;
};

// One record's line and body, found by where its body lies. Checked against its checksums.
struct read_item {
    std::shared_ptr<file> from;
    std::uint64_t salt = 0;
    location where;
};
struct read_job {
    std::vector<read_item> items;
};

// A record of the history.
struct look_up_job {
    std::shared_ptr<file> from;
    std::uint64_t salt = 0;
    std::uint64_t offset = 0; // of its line
};

// The ids of the tasks whose full records lie in [offset, offset + bytes) of a segment.
struct scan_job {
    std::shared_ptr<file> from;
    std::uint64_t salt = 0;
    std::uint32_t segment = 0;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
};

struct measure_job {};

struct disk_job {
    std::variant<commit_job, prepare_job, sync_job, remove_job, seal_job, read_job, look_up_job,
                 scan_job, measure_job>
        work;
    std::uint64_t tag = 0; // the journal's own
};

struct disk_result {
    boost::system::error_code error;      // the first one; what came after it was not done
    std::string_view operation = "none";  // which call failed: "write", "sync", "open", …
    boost::system::error_code kept_error; // commit_job: of the history's write
    std::shared_ptr<file> made;           // prepare_job
    std::vector<boost::system::result<shared_bytes>> bodies; // read_job, one for each item
    std::string record;                                      // look_up_job: line and body
    std::vector<task_id> ids;                                // scan_job
    std::uint64_t scanned = 0;                               // scan_job: bytes done
    disk_space space;                                        // measure_job
    std::chrono::microseconds duration{0};                   // filled in by whoever runs the job
};

// Who runs the jobs: a thread in the program, the test itself in a simulation.
class job_runner {
  public:
    virtual ~job_runner() = default;

    // Runs `job`, later or on another thread, and hands it back with its result to whoever the
    // runner was made for. Any thread.
    virtual void submit(disk_job&& job) = 0;
};

// Does the work on `disk`, blocking. Never throws.
disk_result run(disk_job const& job, storage& disk);

} // namespace sluice::queue
