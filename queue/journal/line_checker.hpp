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

// Bytes of a segment, and where in it they begin.
struct segment_bytes {
    std::string_view content;
    std::uint64_t begin = 0;
};

// A whole line; whether its numbers can be believed is not known yet. One line of the processor's
// cache, because each that goes from the checking thread to the replay's costs as much as decoding.
struct alignas(64) checked_line {
    enum class kind : std::uint8_t {
        task,   // a record of a new task that says no more than what stands here
        record, // any other
        newer,  // a record of a newer format
        gap_filler,
        mark,
        other
    };
    task_id id; // nil: not of a task
    sequence seq = 0;
    wall_time accepted_at{}; // of `task`, and the three that follow
    wall_time not_before{};
    lane_id lane{};
    account_id account{};
    std::uint32_t offset = 0; // of the line in its segment, which is shorter than 4 GiB
    std::uint32_t line_bytes = 0;
    std::uint32_t body_bytes = 0;
    kind what = kind::other;

    std::string_view body_in(segment_bytes const& in) const {
        return in.content.substr(offset - in.begin + line_bytes, body_bytes);
    }
};
static_assert(sizeof(checked_line) == 64);

// Lines of one segment, one after the other, and what has no room in them. Names are those of the
// table that they were decoded with; records have no payload.
struct checked_lines {
    std::vector<checked_line> lines;
    std::vector<record> records; // of the lines of kind `record`, in their order
    std::vector<mark> marks;     // of those of kind `mark`

    void add(segment_item const& item, names& table);
};

// Goes over them.
class checked_walk {
  public:
    explicit checked_walk(checked_lines& over)
        : over_(over) {}

    struct step {
        checked_line const& line;
        record* decoded;   // of a line of kind `record`, else null
        mark const* meant; // of a mark, else null
    };
    // Nothing: that was the last.
    std::optional<step> next() {
        if (line_ == over_.lines.size()) return std::nullopt;
        auto const& line = over_.lines[line_++];
        bool const is_record = line.what == checked_line::kind::record;
        bool const is_mark = line.what == checked_line::kind::mark;
        return step{line, is_record ? &over_.records[record_++] : nullptr,
                    is_mark ? &over_.marks[mark_++] : nullptr};
    }
    // The line that comes so many steps after the last one; null: there is none.
    checked_line const* ahead(std::size_t steps) const {
        auto const i = line_ + steps - 1;
        return i < over_.lines.size() ? &over_.lines[i] : nullptr;
    }

  private:
    checked_lines& over_;
    std::size_t line_ = 0;
    std::size_t record_ = 0;
    std::size_t mark_ = 0;
};

// Some lines of one segment.
struct checked_part : checked_lines {
    std::shared_ptr<segment_piece> of; // where the lines stand; with an error there are none
    bool is_first = false;             // of its segment; of a bad one it is also the last
    bool is_last = false;
    bool is_at_end = false;  // of the last part: behind its lines there are only zeros
    std::uint64_t end = 0;   // where its lines end
    std::uint64_t bytes = 0; // of the last part: of the whole segment
    new_names fresh;         // first met in these lines

    segment_bytes where() const { return {of->content, of->begin}; }
};

class line_checker {
  public:
    // As segment_loader.
    line_checker(job_worker& disk, std::vector<segment_ref> all, std::uint64_t piece_bytes);
    ~line_checker();
    line_checker(line_checker const&) = delete;
    line_checker& operator=(line_checker const&) = delete;

    // Of a part, which fits into a processor's cache beside the bytes it was made of; a thread is
    // woken once for it.
    static constexpr std::size_t lines_at_once = 1024;

    // Nothing: that was the last.
    std::optional<checked_part> next() { return parts_.pop(); }

  private:
    class pass; // over one segment

    void work();

    segment_loader loader_;
    names names_;
    name_watch fresh_;
    hand_over<checked_part> parts_;
    std::thread thread_;
};

} // namespace sluice::queue
