// The history: finished tasks in files of their own (done-*), so that they can be looked up and
// never pin the journal. An index in memory, at most 64 bytes a task; the tasks stay on disk.
// Owned by the journal, on the core's thread; what is to be done to the disk it hands out.
//
// An entry is written in the job that writes its terminal record, or in one before or after it, and
// not synced: whoever removes the journal's segment that could make the entry again syncs
// `unsynced` first, and an entry whose task the journal still has without an end does not count.
#pragma once

#include "queue/core/names.hpp"
#include "queue/journal/journal_job.hpp"
#include "queue/journal/journal_options.hpp"
#include "queue/journal/replay.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace sluice::queue {

class history {
  public:
    // `salt` makes the files' salts.
    history(journal_options const& options, names& table, std::function<std::uint64_t()> salt);

    // --- start --------------------------------------------------------------------------------
    // Reads every file, oldest first; tells the visitor of entries that carry an idempotency key.
    // Bad bytes in a sealed file are damage; elsewhere they are what a power cut left.
    boost::system::result<void> recover(job_worker& disk, std::vector<segment_entry> const& all,
                                        replay_visitor const& visitor, replay_report& report);

    // --- entries ------------------------------------------------------------------------------
    bool is_on() const { return options_.retention_count != 0 && options_.retention_time.count(); }
    bool contains(task_id id) const { return index_.contains(id); }
    // Whether the end that replay has read is neither here nor cut by retention. An entry may have
    // reached the disk ahead of an end that never did: then it is of another end, and gives way.
    bool is_to_keep(finished const& end, sequence number) const;
    // False: it was dropped because too much waits to be written.
    bool add(accepted const& task, finished const& end, sequence number);
    std::uint64_t size() const { return index_.size(); }
    // So much waits to be written that whoever can should bring no more for now.
    bool is_behind() const;
    // Ids, newest first, at most `max`; those behind `after` where it is not nil. None when `after`
    // is no longer kept.
    std::vector<task_id> newest(std::size_t max, task_id after = {}) const;

    // --- the disk -----------------------------------------------------------------------------
    // What to write with the next commit; to none if nothing or if the part is not there yet.
    segment_write take_write();
    // Whether `take_write` has something to hand out although no record goes to the disk.
    bool is_write_due() const;
    // The terminal record of the oldest entry that is not in its file yet; 0: all are written.
    sequence first_unwritten() const;
    // How many entries were lost; 0 if `ok`. `buffer` is that of `take_write`, for its memory: one
    // that grows from nothing for each commit costs a life 800 instructions.
    std::uint64_t on_written(bool ok, std::string&& buffer);
    // Where the entry is: its place in a file, or its bytes while they wait to be written. `under
    // way`: they are being written now, ask again after `on_written`.
    enum class presence : std::uint8_t { absent, waiting, under_way, written };
    struct whereabouts {
        presence where = presence::absent;
        look_up_job job;        // written
        std::string_view bytes; // waiting; until the next call of a member that is not const
        std::uint64_t salt = 0; // waiting; for `decode`
    };
    whereabouts find(task_id id) const;
    // What a look-up read.
    boost::system::result<kept_task> decode(std::string_view bytes, std::uint64_t salt);

    // A new file is needed.
    std::optional<prepare_job> to_prepare();
    void on_prepared();
    // A full file is to be sealed.
    std::optional<seal_job> to_seal();
    void on_sealed();
    // The oldest file has outlived the retention by `now`, or must give way to new work; then also
    // one that still takes entries goes, with what waits for it.
    std::optional<segment_ref> to_cut(wall_time now, bool must_give_way);
    void on_cut();
    // A file that is this long takes no more entries; history_segment_bytes is the upper bound.
    void set_part_limit(std::uint64_t bytes) { part_limit_ = bytes; }
    // Drops what is not handed out yet; returns how many entries were lost by it.
    std::uint64_t drop_pending();
    // How many entries were lost by `to_cut` since this was asked last.
    std::uint64_t take_lost() { return std::exchange(lost_, 0); }
    // How many entries went with a file before the retention was over, to make room.
    std::uint64_t gave_way() const { return gave_way_; }
    // When the newest entry ended; nothing where there is none.
    std::optional<wall_time> newest_end() const;
    std::vector<segment_ref> unsynced() const;
    std::uint64_t total_bytes() const {
        return older_bytes_ + (parts_.empty() || !parts_.back().is_made ? 0 : parts_.back().end);
    }

  private:
    struct place {
        std::uint32_t part = 0;
        std::uint32_t offset = 0;
        wall_time ended{};
    };
    struct part {
        std::uint32_t number = 0;
        std::uint64_t salt = 0;
        std::uint32_t line_salt = 0; // what the checksums of its lines begin with
        bool is_made = false;        // there is a segment for it
        std::string header;
        std::uint64_t end = 0;     // bytes given to entries
        std::uint64_t written = 0; // bytes on the disk
        sequence after = 0;
        wall_time created{};
        wall_time newest{};
        std::vector<task_id> ids; // oldest first; an id may since have come again elsewhere
        bool is_full = false;     // takes no more entries
        bool has_holes = false;   // bad bytes that are known of: it gets no seal on the disk
        bool is_sealed = false;   // all of it is synced
    };

    std::optional<segment_ref> to_give_up();
    part const* find_part(std::uint32_t number) const;
    void begin_part(wall_time now);
    void add_part(part&& p);
    bool is_due_for_rotation(part const& p) const;
    boost::system::result<void> recover_part(job_worker& disk, segment_ref const& ref,
                                             replay_visitor const& visitor, replay_report& report);
    bool recover_entries(part& p, std::string_view content, std::uint64_t start,
                         replay_visitor const& visitor, replay_report& report);
    void enter(part& p, task_id id, std::uint64_t offset, wall_time ended);

    journal_options const& options_;
    names& names_;
    std::function<std::uint64_t()> salt_;
    boost::unordered_flat_map<task_id, place, task_id_hash> index_;
    std::deque<part> parts_;        // oldest first; entries go to the last
    std::uint64_t older_bytes_ = 0; // of all parts but the last, which grow no more
    std::uint32_t next_number_ = 1;
    std::uint64_t part_limit_ = ~std::uint64_t{0};
    std::uint64_t lost_ = 0;
    std::uint64_t gave_way_ = 0;
    bool is_cut_early_ = false; // the file that `to_cut` named
    sequence newest_number_ = 0;
    std::string spare_;                // the memory of what was written last
    std::string pending_;              // encoded for the last part, not yet handed out
    sequence first_pending_ = 0;       // of `pending_`
    sequence first_in_flight_ = 0;     // of what was handed out
    std::uint32_t in_flight_part_ = 0; // where bytes that were handed out go; 0: none
    std::uint64_t in_flight_end_ = 0;
};

} // namespace sluice::queue
