// The journal's segments, oldest first: what lies in each, how much of it is still needed, which
// may go and which is worth copying out of. Numbers only; no I/O. Owned by the journal.
//
// Policy. Only the oldest segment may be removed: a terminal record must not go before its put.
// When more than half of the sealed bytes (and two segments more) is garbage, the oldest segment's
// live records are copied to the end. So the files never exceed twice the live bytes, two
// segments, and the two that are being written; and on the long run at most one byte is copied for
// each byte that is freed.
#pragma once

#include "queue/core/task.hpp"
#include "queue/journal/journal_job.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace sluice::queue {

struct segment {
    std::uint32_t number = 0;
    std::uint64_t salt = 0;
    std::string header;
    bool is_made = false;       // it is there to be written to
    std::uint64_t capacity = 0; // bytes that are there to be written over
    std::uint64_t end = 0;      // bytes that were given to header and batches
    std::uint64_t written = 0;  // bytes that are in the file
    std::uint64_t first_batch = 0;
    std::uint64_t last_batch = 0;
    std::uint64_t next_record = 0; // its records have lower numbers
    std::uint64_t live_bytes = 0;
    std::uint64_t live_records = 0;
    std::optional<std::uint64_t> free_at_batch; // nothing was live when this batch was the newest
    bool was_cleaned = false;

    bool has_batches() const { return last_batch != 0; }
    std::uint64_t size() const { return end > capacity ? end : capacity; }
    std::uint64_t room() const { return end < capacity ? capacity - end : 0; }
};

inline segment_ref ref_of(segment const& s) {
    return {segment_kind::journal, s.number};
}

class segment_table {
  public:
    // `number` must be above all others. Returns it; references live until the next `add`.
    segment& add(segment&& s);
    segment* find(std::uint32_t number);
    // Where new batches go, and what comes after it. Null: none.
    segment* current() { return current_ < segments_.size() ? &segments_[current_] : nullptr; }
    segment* next() { return current_ + 1 < segments_.size() ? &segments_[current_ + 1] : nullptr; }
    void advance() { ++current_; }                   // to the next; seals the current one
    void seal_all() { current_ = segments_.size(); } // what is added next is the current one
    std::deque<segment> const& all() const { return segments_; }
    std::deque<segment>& all() { return segments_; }

    void on_live(location where);
    void on_released(location where);

    // The oldest segment, if it may be removed: everything up to `safe_batch` is safe,
    // `newest_batch` is the last that was begun.
    segment const* removable(std::uint64_t safe_batch, std::uint64_t newest_batch);
    void remove_oldest();
    void remove_newest(); // at start, before there is a current one

    // The oldest segment, if it is worth copying out of.
    segment* to_clean(std::uint64_t safe_batch);

    std::uint64_t sealed_bytes() const;
    std::uint64_t live_bytes() const { return live_bytes_; }
    std::uint64_t total_bytes() const;
    // Bytes that can be written without asking the disk for room.
    std::uint64_t prepared_room() const;

  private:
    segment* look_up(std::uint32_t number);
    std::uint64_t sealed_cost() const;

    std::deque<segment> segments_;
    segment* found_ = nullptr; // last
    std::size_t current_ = 0;
    std::uint64_t live_bytes_ = 0;
};

} // namespace sluice::queue
