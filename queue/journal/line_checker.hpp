// Checks and decodes the lines of segments on a thread of its own, ahead of the replay that judges
// and applies them: with the reading (segment_loader) that makes three threads, and a start takes
// as long as the slowest of them. Hands on what is whole, in order, and stops in a segment at the
// first line that is not: what that means only a replay can say, which goes on by itself from
// there.
#pragma once

#include "queue/journal/foreign_names.hpp"
#include "queue/journal/segment_loader.hpp"
#include "queue/journal/segment_reader.hpp"

namespace sluice::queue {

// A whole line; whether its numbers can be believed is not known yet.
struct checked_line {
    enum class kind : std::uint8_t { record, gap_filler, mark, other };
    kind what = kind::other;
    task_id id; // nil: not of a task
    sequence seq = 0;
    std::uint64_t offset = 0; // of the line in its segment
    std::size_t line_bytes = 0;
    std::string_view body;
    mark as_mark;
    // Of `record`, without its payload. Its names are those of the table it was decoded with.
    record decoded;
    bool is_understood = true; // else what `decoded` holds is of a newer format
};

// Sets all of a fresh `checked`.
void check_line(segment_item const& item, names& table, checked_line& checked);

// Some lines of one segment, one after the other.
struct checked_part {
    std::shared_ptr<loaded_segment> of; // what the lines point into
    bool is_first = false;              // of its segment; of a bad one it is also the last
    bool is_last = false;
    bool is_at_end = false; // of the last part: behind its lines there are only zeros
    std::uint64_t end = 0;  // where its lines end
    std::vector<checked_line> lines;
    new_names fresh; // first met in these lines
};

class line_checker {
  public:
    // As segment_loader.
    line_checker(job_worker& disk, std::vector<segment_ref> all,
                 std::vector<std::shared_ptr<loaded_segment>> known = {});
    ~line_checker();
    line_checker(line_checker const&) = delete;
    line_checker& operator=(line_checker const&) = delete;

    // Nothing: that was the last.
    std::optional<checked_part> next() { return parts_.pop(); }
    // The last part of a segment has been gone through.
    void give_back(std::shared_ptr<loaded_segment>&& used) { loader_.give_back(std::move(used)); }

  private:
    void work();
    bool check(std::shared_ptr<loaded_segment> const& segment);

    segment_loader loader_;
    names names_;
    name_watch fresh_;
    hand_over<checked_part> parts_;
    std::thread thread_;
};

} // namespace sluice::queue
