// The embedded store: an append-only journal in segments, and the history of finished tasks.
// A state machine without threads: on the core's thread records go in and disk jobs come out;
// whoever owns it runs the jobs (journal_job.hpp) and hands the results back. Reads no clock.
//
// Life: construct, make the engine with it as release_sink, `attach`, `recover` (blocking), then
// for ever: append…, next_commit / next_background -> run elsewhere -> on_job_done.
// After a failed sync it takes nothing more and hands out no job: the program must end (73).
#pragma once

#include "queue/core/engine.hpp"
#include "queue/journal/sequence.hpp"
#include "queue/journal/journal_job.hpp"
#include "queue/journal/journal_options.hpp"
#include "queue/journal/replay.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace sluice::queue {

// What the journal tells its owner and asks of it; called on the core's thread, from
// `on_job_done` and (append_lanes only) from `append`.
class journal_host {
  public:
    // Batches, in order, each once. Never in between: what is not yet committed may be lost.
    virtual void on_committed(committed_batch const& batch) = 0;
    // The disk had no room: each `accepted` among the numbers [first, last] is not in the journal
    // and never will be (its room is given back already); the other records stay in line.
    virtual void on_refused(sequence first, sequence last) = 0;
    // The disk failed: nothing that is not committed may be answered but by outcome_unknown.
    virtual void on_failed(std::string_view operation, boost::system::error_code ec) = 0;

    // As engine::snapshot. It must show every record that was appended for the task so far: who
    // appends anything but a new task applies it in the same turn, not when it is committed.
    virtual std::optional<accepted> snapshot(task_id id, std::uint32_t segment) = 0;
    // As engine::moved: the task's record was copied and the copy is committed.
    virtual void moved(task_id id, location to) = 0;
    // One lane_changed for each lane that is paused or disabled or whose gate is closed, to repeat
    // in a new segment.
    virtual void append_lanes(std::vector<lane_changed>& out) = 0;

  protected:
    ~journal_host() = default;
};

struct journal_stats {
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0;         // of all files, history included
    std::uint64_t live_bytes = 0;    // of records that are still needed
    std::uint64_t sealed_bytes = 0;  // of segments that are full
    std::uint64_t history_tasks = 0; // finished tasks that can be looked up
    std::uint64_t free_bytes = 0;    // of the disk, as last measured
    std::uint64_t copied_records = 0;
    std::uint64_t removed_segments = 0;
    std::uint64_t skipped_retries = 0; // retry records that stayed in memory for want of room
    std::uint64_t lost_history = 0;    // finished tasks whose history could not be written
    bool is_short = false;             // there is no room for new work
};

class journal final : public release_sink {
  public:
    journal(journal_options const& options, names& table);
    ~journal();

    void attach(journal_host& host);

    // Reads what is on the disk, cuts a torn tail, begins a new segment. Once, before all else but
    // `attach`. Within the visitor `is_kept` and `keep` may be called. `report` is filled in also
    // when it fails. Errors: journal_errc::damaged, in_use, newer_format, those of the disk.
    boost::system::result<void> recover(storage& disk, instant now, replay_visitor const& visitor,
                                        replay_report& report);

    // --- records ----------------------------------------------------------------------------
    // `bytes`: the payloads of `tasks` new tasks. Each `accepted` that is appended uses up its
    // part; `give_back` is for those that are never appended.
    boost::system::result<void> reserve(std::uint64_t tasks, std::uint64_t bytes);
    void give_back(std::uint64_t tasks, std::uint64_t bytes);
    // A retried record is not written when room is short: its number is then 0.
    appended append(record const& r);
    appended append_later(record const& r);
    bool has_failed() const;

    // Where the body of the record that was appended last will lie: in durability "memory" a task
    // is applied at once, with this. Otherwise on_committed says it, when it is true.
    location last_location() const;
    // Every number up to this one is as safe as the durability asks for.
    sequence acknowledged() const;

    // --- jobs -------------------------------------------------------------------------------
    // The batch to write now, if one is due and the last has come back.
    std::optional<disk_job> next_commit(instant now);
    // Something to do beside: prepare, remove, sync, scan, read, measure.
    std::optional<disk_job> next_background(instant now);
    // When to call the two again if nothing else happens. Call after them.
    std::optional<mono_time> next_wakeup() const;
    void on_job_done(disk_job&& job, disk_result&& result, instant now);

    // Writes what there is and a last mark, so that the next start can judge all of it. After it
    // nothing is appended; run jobs until `is_closed`.
    void close();
    bool is_closed() const;

    // --- what is on the disk ------------------------------------------------------------------
    using bytes_handler = std::function<void(boost::system::result<shared_bytes>)>;
    // Reads a payload back. The handler is called from on_job_done.
    void read(location where, bytes_handler handler);

    // Puts a finished (delivered, cancelled, expired) task into the history. `task` is its full
    // state before the end was applied; a payload that is not in memory is read back by itself.
    // Call after the terminal record was appended, and in replay for terminal records whose task
    // `is_kept` does not know.
    void keep(accepted const& task, finished const& end, sequence number);
    bool is_kept(task_id id) const;
    // The history cannot follow: what is put into it now may be lost. Who ends many tasks at once
    // waits until this is over.
    bool is_history_behind() const;
    // Whether replay must give this finished task to `keep`: false for what retention cut.
    bool is_to_keep(task_id id, sequence number) const;

    using kept_handler = std::function<void(boost::system::result<kept_task>)>;
    // Reads a finished task back, whole. Error: not_kept. Called from on_job_done, or at once.
    void look_up(task_id id, kept_handler handler);
    // As history::newest.
    std::vector<task_id> newest_kept(std::size_t max, task_id after = {}) const;

    // --- release_sink -------------------------------------------------------------------------
    void on_live(location where) override;
    void on_released(location where) override;

    journal_stats stats() const;

  private:
    class state;
    std::unique_ptr<state> state_;
};

} // namespace sluice::queue
