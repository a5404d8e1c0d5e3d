// The inside of the journal (journal.hpp), one class over four files: journal_append (records
// into batches), journal_commit (batches to the disk), journal_background (everything beside) and
// journal_recover (start). Nobody else includes this.
#pragma once

#include "queue/journal/history.hpp"
#include "queue/journal/journal.hpp"
#include "queue/journal/journal_batch.hpp"
#include "queue/journal/journal_space.hpp"
#include "queue/journal/segment_table.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <deque>
#include <vector>

namespace sluice::queue {

class journal::state {
  public:
    state(journal_options const& options, names& table);

    // journal_append.cpp
    appended append(record const& r, bool is_urgent);
    boost::system::result<void> reserve(std::uint64_t tasks, std::uint64_t bytes);
    void on_live(location where);
    void on_released(location where);

    // journal_commit.cpp
    std::optional<disk_job> next_commit(instant now);
    std::optional<mono_time> next_wakeup() const;
    sequence acknowledged() const;
    bool is_closed() const;

    // journal_background.cpp
    std::optional<disk_job> next_background(instant now);
    void on_job_done(disk_job&& job, disk_result&& result, instant now);

    // journal_reading.cpp
    void read(location where, bytes_handler handler);
    void keep(accepted const& task, finished const& end, sequence number);
    bool is_history_behind() const;
    void look_up(task_id id, kept_handler handler);

    // journal_recover.cpp
    boost::system::result<void> recover(storage& disk, instant now, replay_visitor const& visitor,
                                        replay_report& report);

    journal_stats stats() const;
    journal_space::files files() const;

    journal_host* host = nullptr;
    bool has_failed = false;
    bool is_closing = false;
    location last_location;
    history kept;

  private:
    friend class journal;

    // A full record that was copied out of an old segment and is not yet committed.
    struct copied {
        sequence number = 0;
        task_id id;
        location to;
    };
    // The segment that is being copied out of.
    struct cleaning {
        std::uint32_t segment = 0;
        std::vector<task_id> ids;
        std::size_t next_id = 0;
        bool is_scanned = false;
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

    // append
    std::uint64_t random();
    std::uint64_t capacity_of(segment const& s) const;
    journal_batch& batch_for(std::size_t bytes);
    void begin_batch(std::size_t bytes);
    void begin_segment();
    segment& plan_segment();
    void repeat_lanes(journal_batch& batch);
    std::uint64_t add(record const& r, std::size_t room); // body offset in its batch
    void append_copy(accepted&& task);

    // commit
    void close_batch();
    bool close_if_due(instant now);
    std::optional<disk_job> begin_commit();
    std::optional<disk_job> begin_sync(instant now);
    bool is_sync_due(instant now) const;
    bool begin_last_batch();
    void on_commit_done(commit_job&& job, disk_result const& result, instant now);
    void on_batch_written(disk_result const& result, bool was_synced);
    void on_sync_done(std::uint64_t batch, disk_result const& result);
    void refuse(instant now);
    void move_batches();
    void finish_copies(sequence last);
    void fail(std::string_view what, boost::system::error_code ec);

    // background
    std::optional<disk_job> pick(instant now);
    std::optional<disk_job> to_read();
    std::optional<disk_job> to_look_up();
    std::optional<disk_job> to_prepare(bool only_current);
    std::optional<disk_job> to_prepare_history();
    std::optional<disk_job> to_measure(instant now);
    std::optional<disk_job> to_remove();
    std::optional<disk_job> to_cut_history(instant now);
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

    // recover
    boost::system::result<void> cut_torn_end(storage& disk, replay_tail const& tail);
    boost::system::result<void> write_short_mark(replay_tail const& tail);
    boost::system::result<void> remove_newest(storage& disk);
    boost::system::result<void> drop_empty_end(storage& disk);
    boost::system::result<void> begin_first_segment(storage& disk, instant now);
    boost::system::result<void> write_salvaged(storage& disk, instant now,
                                               std::vector<record>&& salvaged,
                                               replay_visitor const& visitor);
    boost::system::result<void> commit_now(storage& disk, instant now);

    journal_options const options_;
    names& names_;
    std::uint64_t random_;
    wall_time wall_{};
    segment_table segments_;
    journal_space space_;
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
    std::optional<mono_time> blocked_until_; // the disk had no room
    mono_time sync_at_{};
    bool has_last_mark_ = false;
    std::string spare_buffer_;
    std::deque<copied> copies_;

    // The background lane.
    bool is_background_out_ = false;
    std::optional<mono_time> paused_until_; // something failed and is tried again
    mono_time measure_at_{};
    bool is_history_prepare_ = false; // what is out: a prepare for the history
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
