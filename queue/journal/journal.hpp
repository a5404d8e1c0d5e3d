// The embedded store: an append-only journal in segments, and the history of finished tasks.
// A state machine without threads: on the core's thread records go in and disk jobs come out;
// whoever owns it runs the jobs (journal_job.hpp) and hands the results back. Reads no clock.
//
// Life: construct, make the engine with it as release_sink, `attach`, `recover` (blocking), then
// for ever: append…, next_commit / next_background -> run elsewhere -> on_job_done.
// After a failed sync it takes nothing more and hands out no job: the program must end (73).
//
// Inside: records go into the batch that is being filled (journal_append), closed batches to the
// disk one at a time (journal_commit); everything no answer waits for is done beside, one job at a
// time (journal_background, journal_reading); journal_recover is the start.
#pragma once

#include "queue/core/engine.hpp"
#include "queue/core/retention_clock.hpp"
#include "queue/core/split_mix.hpp"
#include "queue/journal/history.hpp"
#include "queue/journal/journal_batch.hpp"
#include "queue/journal/journal_job.hpp"
#include "queue/journal/journal_options.hpp"
#include "queue/journal/journal_space.hpp"
#include "queue/journal/replay.hpp"
#include "queue/journal/segment_table.hpp"
#include "queue/journal/sequence.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

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
    // What batches wait for cannot be made, for now: what waited is refused, no new work is
    // admitted, and it is tried again until `on_trouble_over`.
    virtual void on_trouble(std::string_view operation, boost::system::error_code ec) = 0;
    virtual void on_trouble_over() = 0;
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
    std::uint64_t skipped_retries = 0;  // retry records that stayed in memory for want of room
    std::uint64_t lost_history = 0;     // finished tasks whose history could not be written
    std::uint64_t gave_way_history = 0; // finished tasks whose history made room before its time
    bool is_short = false;              // there is no room for new work
    std::string trouble;                // why the next segment cannot be made; empty: it can
};

class journal final : public release_sink {
  public:
    journal(journal_options const& options, names& table);
    journal(journal const&) = delete;
    journal& operator=(journal const&) = delete;

    void attach(journal_host& host) { host_ = &host; }

    // Reads what is on the disk, cuts a torn tail, begins a new segment. Once, before all else but
    // `attach`. Within the visitor `is_kept` and `keep` may be called. `report` is filled in also
    // when it fails. Errors: journal_errc::damaged, in_use, newer_format, those of the disk.
    boost::system::result<void> recover(job_worker& disk, instant now,
                                        replay_visitor const& visitor, replay_report& report);

    // --- records ----------------------------------------------------------------------------
    // `bytes`: the payloads of `tasks` new tasks. Each `accepted` that is appended uses up its
    // part; `give_back` is for those that are never appended.
    boost::system::result<void> reserve(std::uint64_t tasks, std::uint64_t bytes);
    void give_back(std::uint64_t tasks, std::uint64_t bytes) { space_.give_back(tasks, bytes); }
    // Of the tasks that are admitted or live so many are to be reported when they end: room for a
    // short report of each is kept back from now on.
    void expect_reports(expected_reports const& to_come) { space_.expect_reports(to_come); }
    // `reserve` for one such report, out of what was kept back. False where it is too long for
    // that, or the disk has no room although it was promised.
    bool reserve_report(std::uint64_t bytes, std::uint64_t callback_bytes);
    // Nothing where the record is not written: after a failure, after the last mark, and for
    // `retried` when room is short. A record of append_later may wait `flush_after` for company.
    std::optional<appended> append(record const& r) { return append(r, true); }
    std::optional<appended> append_later(record const& r) { return append(r, false); }
    bool has_failed() const { return has_failed_; }
    // A part of another gateway's log, as one batch of its own that is written only if nobody took
    // that part over before. Where each record stands, in their order; nothing after a failure.
    // They are told by on_committed, or by on_refused where another gateway was first.
    std::vector<appended> adopt(adopted_slice const& slice, std::vector<record> const& records);
    // A commit is under way for too long: whoever brings new work is told so at once.
    bool is_stalled(instant now) const;
    // How long the commit that is under way has been so; zero: none is.
    std::chrono::milliseconds commit_age(instant now) const;
    // So much waits to be written that no attempt is begun whose end would wait as well.
    bool is_behind() const;

    // Where the body of the record that was appended last will lie: in durability "memory" a task
    // is applied at once, with this. Otherwise on_committed says it, when it is true.
    location last_location() const { return last_location_; }
    // Whether a record is as safe as the durability asks for.
    bool is_safe(appended const& what) const { return what.number <= acknowledged(); }

    // The number of the record that was appended last: when it is safe, so is all before it.
    sequence last_record() const { return next_record_ - 1; }

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
    void close() { is_closing_ = true; }
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
    bool is_kept(task_id id) const { return kept_.contains(id); }
    // The history cannot follow: what is put into it now may be lost. Who ends many tasks at once
    // waits until this is over.
    bool is_history_behind() const;
    // Whether replay must give this finished task to `keep`: false for what retention cut.
    bool is_to_keep(finished const& end, sequence number) const {
        return kept_.is_to_keep(end, number);
    }

    using kept_handler = std::function<void(boost::system::result<kept_task>)>;
    // Reads a finished task back, whole. Error: not_kept. Called from on_job_done, or at once.
    void look_up(task_id id, kept_handler handler);
    // As history::newest.
    std::vector<task_id> newest_kept(std::size_t max, task_id after = {}) const {
        return kept_.newest(max, after);
    }

    // --- release_sink -------------------------------------------------------------------------
    void on_live(location where) override;
    void on_released(location where) override;

    journal_stats stats() const;

  private:
    // What the files take and have room for, the batch that is being filled counted as written.
    // Segments are counted again after they changed, not for each record: there may be thousands.
    journal_space::files files() const;
    journal_space::files count_segments() const;

    // A full record that was copied out of an old segment and is not yet committed.
    struct copied {
        sequence number = 0;
        task_id id;
        location to; // its offset counts from the batch, which may yet move
    };
    // The segment that is being copied out of.
    struct cleaning {
        std::uint32_t segment = 0;
        std::vector<task_id> ids;
        std::size_t next_id = 0;
        bool is_scanned = false;
        std::optional<scan_job> unscanned = {}; // the rest
        std::uint64_t reads_out = 0;
    };
    struct waiting_read {
        location where;
        bytes_handler handler;
    };
    struct waiting_look_up {
        task_id id;
        kept_handler handler;
    };
    enum class operation : std::uint8_t { ok, later, fatal };

    // journal_append.cpp
    std::optional<appended> append(record const& r, bool is_urgent);
    std::uint64_t capacity_of(segment const& s) const;
    journal_batch& batch_for(std::size_t bytes);
    void begin_batch(std::size_t bytes);
    void begin_segment();
    segment& plan_segment();
    void repeat_lanes(journal_batch& batch);
    std::uint64_t add(record const& r, std::size_t room); // body offset in its batch
    void append_copy(accepted&& task);

    // journal_commit.cpp
    sequence acknowledged() const;
    void close_batch();
    bool close_if_due(instant now);
    std::optional<disk_job> begin_commit(instant now);
    std::optional<disk_job> begin_sync(instant now);
    bool is_sync_due(instant now) const;
    void on_commit_done(commit_job&& job, disk_result const& result, instant now);
    void on_batch_written(disk_result const& result, bool was_synced);
    void on_sync_done(std::uint64_t batch, disk_result const& result);
    void refuse(instant now);
    void give_up_slice();
    void refuse_waiting();
    void begin_trouble(disk_result const& result);
    void end_trouble();
    void move_batches();
    void finish_copies(journal_batch const& batch);
    void fail(std::string_view what, boost::system::error_code ec);

    // journal_background.cpp
    std::optional<disk_job> pick(instant now);
    std::optional<disk_job> to_read();
    std::optional<disk_job> to_look_up();
    std::optional<disk_job> to_prepare(bool only_current);
    std::optional<disk_job> to_prepare_history();
    std::optional<disk_job> to_measure(instant now);
    std::optional<disk_job> to_remove();
    std::optional<disk_job> to_cut_history(instant now);
    bool must_history_give_way() const;
    std::optional<disk_job> to_clean();
    void clean_some();
    void clean_one(task_id id);
    void finish_cleaning();
    operation judge(disk_result const& result, instant now);
    void done(prepare_job& job, disk_result& result, instant now);
    void done(remove_job& job, disk_result& result, instant now);
    void done(seal_job& job, disk_result& result, instant now);
    void done(read_job& job, disk_result& result, instant now);
    void done(look_up_job& job, disk_result& result, instant now);
    void done(scan_job& job, disk_result& result, instant now);
    void done(measure_job& job, disk_result& result, instant now);

    // journal_recover.cpp
    boost::system::result<void> cut_torn_end(job_worker& disk, replay_tail const& tail);
    boost::system::result<void> write_short_mark(job_worker& disk, replay_tail const& tail);
    boost::system::result<void> remove_newest(job_worker& disk);
    boost::system::result<void> drop_empty_end(job_worker& disk);
    boost::system::result<void> begin_first_segment(job_worker& disk, instant now);
    boost::system::result<void> write_salvaged(job_worker& disk, instant now,
                                               std::vector<record>&& salvaged,
                                               replay_visitor const& visitor);
    boost::system::result<void> commit_now(job_worker& disk, instant now);

    journal_options const options_;
    names& names_;
    split_mix random_;
    wall_time wall_{};
    segment_table segments_;
    journal_space space_;
    mutable std::optional<journal_space::files> counted_segments_; // none: to be counted again
    history kept_;
    journal_host* host_ = nullptr;
    bool has_failed_ = false;
    bool is_closing_ = false;
    location last_location_;
    bool is_recovering_ = false;
    bool is_moving_ = false; // the host is being told of a copy

    // Numbers: of the next record, batch and segment; what is known to be safe.
    sequence next_record_ = 1;
    std::uint64_t next_batch_ = 1;
    std::uint32_t next_segment_ = 1;
    std::uint64_t written_batch_ = 0;
    std::uint64_t synced_batch_ = 0;
    sequence acknowledged_ = 0;

    // Batches: one filling, the closed ones in their order, the first of which may be out.
    std::optional<journal_batch> filling_;
    bool is_urgent_ = false;
    std::optional<mono_time> flush_at_;
    std::deque<journal_batch> closed_;
    bool is_commit_out_ = false;
    mono_time commit_out_since_{};
    std::optional<mono_time> blocked_until_; // the disk had no room
    mono_time sync_at_{};
    bool has_last_mark_ = false;
    std::string spare_buffer_;
    std::deque<copied> copies_;

    // The background lane.
    bool is_background_out_ = false;
    std::optional<prepare_job> unfinished_; // the rest of a segment that is being made
    std::optional<mono_time> paused_until_; // something failed and is tried again
    std::string trouble_;                   // why batches get no segment; empty: they get one
    retention_clock ages_;                  // of the history
    mono_time measure_at_{};
    std::optional<cleaning> cleaning_;
    std::deque<waiting_read> reads_;
    std::vector<waiting_read> reads_out_;
    std::deque<waiting_look_up> look_ups_;
    std::optional<waiting_look_up> look_up_out_;
    // Finished tasks whose payload is being read for the history: not there yet, but not unknown.
    boost::unordered_flat_set<task_id, task_id_hash> keeping_;
    journal_stats counted_;
};

} // namespace sluice::queue
