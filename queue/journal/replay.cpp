#include "queue/journal/replay.hpp"

#include "queue/journal/journal_error.hpp"
#include "queue/journal/record_codec.hpp"
#include "queue/journal/segment_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::queue {

namespace {

using boost::system::result;

// Which numbers come next. Records are numbered without gaps over all segments, so are batches.
class numbering {
  public:
    belief judge(journal_line const& line) const {
        auto const m = decode_mark(line);
        if (!m && !is_record(line)) return belief::no;
        if (line.seq < next_ || (m && m->batch <= batch_)) return belief::no;
        bool const is_next = line.seq == next_ && (!m || m->batch == batch_ + 1);
        return is_next || is_loose_ ? belief::yes : belief::gap;
    }
    void accept(mark const& m) {
        batch_ = m.batch;
        next_ = m.first;
        batch_end_ = m.first + m.records;
        is_loose_ = false;
    }
    void accept_record(sequence seq) {
        next_ = seq + 1;
        is_loose_ = false;
    }
    // A segment begins whose header says so: what came before it may be gone.
    void no_batch_below(std::uint64_t batch) { least_ = batch; }
    // Something is missing: whatever comes next may be further on.
    void loosen() { is_loose_ = true; }

    sequence next() const { return next_; }
    std::uint64_t batch() const { return batch_; }
    // How many records of the batch have not been seen.
    std::uint64_t missing() const { return batch_end_ > next_ ? batch_end_ - next_ : 0; }
    // The batch that bad bytes at this point belong to.
    std::uint64_t batch_here() const {
        return missing() != 0 ? batch_ : std::max(batch_ + 1, least_);
    }

  private:
    sequence next_ = 1;
    std::uint64_t batch_ = 0;
    sequence batch_end_ = 0;
    std::uint64_t least_ = 0;
    bool is_loose_ = true; // the first segment may begin anywhere
};

struct loaded_segment {
    std::string content;
    result<file_header> header = file_header{};
};

result<loaded_segment> load_segment(job_worker& disk, segment_ref const& ref) {
    auto loaded = disk.run({load_job{ref}, 0});
    if (loaded.error) return loaded.error;
    auto header = decode_header(loaded.content);
    if (header.has_value() && (header->is_history || header->number != ref.number)) {
        header = make_error_code(journal_errc::bad_checksum);
    }
    return loaded_segment{std::move(loaded.content), header};
}

class replayer {
  public:
    replayer(job_worker& disk, names& table, replay_visitor const& visitor, segment_table& segments,
             replay_report& report)
        : disk_(disk)
        , names_(table)
        , visitor_(visitor)
        , segments_(segments)
        , report_(report) {}

    // Marks say more the later they are: the last segment that has one knows best.
    result<void> find_synced(std::vector<segment_ref> const& all) {
        for (auto ref = all.rbegin(); ref != all.rend(); ++ref) {
            auto const segment = load_segment(disk_, *ref);
            if (segment.has_error()) return segment.error();
            if (segment->header.has_error()) continue;
            bool has_mark = false;
            segment_reader reader(segment->content, segment->header->salt,
                                  segment->header->line_bytes,
                                  [](journal_line const&) { return belief::yes; });
            for (auto item = reader.next(); item.what != segment_item::kind::end;
                 item = reader.next()) {
                auto const m = item.what == segment_item::kind::line ? decode_mark(item.line)
                                                                     : std::optional<mark>();
                if (!m) continue;
                has_mark = true;
                tail_.synced = std::max(tail_.synced, m->synced);
            }
            if (has_mark) break;
        }
        return {};
    }

    result<void> read(segment_ref const& ref) {
        auto const loaded = load_segment(disk_, ref);
        if (loaded.has_error()) return loaded.error();
        tail_.highest_number = ref.number;
        if (loaded->header.has_error()) {
            if (loaded->header.error() == journal_errc::newer_format) return loaded->header.error();
            // The header was synced before the file got its name.
            report_.damages.push_back(
                {to_string(ref), 0, loaded->content.size(), "The header is bad."});
            numbers_.loosen();
            return {};
        }
        auto const& header = *loaded->header;
        // Entered before it is read: the visitor may count what is live in it.
        auto& s = segments_.add({});
        s.number = header.number;
        s.salt = header.salt;
        s.header = loaded->content.substr(0, header.line_bytes);
        s.is_made = true;
        s.capacity = loaded->content.size();
        numbers_.no_batch_below(header.first_batch);
        auto const walked = walk(to_string(ref), loaded->content, s);
        if (walked.has_error()) return walked.error();
        ++report_.segments;
        report_.bytes += s.end;
        return {};
    }

    replay_tail finish() {
        if (auto const lost = numbers_.missing(); lost != 0) {
            if (numbers_.batch() <= tail_.synced) {
                report_.damages.push_back({to_string(ref_of(segments_.all().back())),
                                           segments_.all().back().end, 0,
                                           "The last records of a synced batch are missing."});
            } else {
                report_.torn_records_dropped += lost;
            }
        }
        if (!tail_.torn_at) note_end();
        report_.last = tail_.next - 1;
        return std::move(tail_);
    }

  private:
    result<void> walk(std::string const& name, std::string_view content, segment& s) {
        segment_reader reader(content, s.salt, s.header.size(),
                              [this](journal_line const& line) { return numbers_.judge(line); });
        for (;;) {
            auto const item = reader.next();
            if (item.what == segment_item::kind::end) {
                s.end = s.written = item.offset;
                return {};
            }
            if (item.what == segment_item::kind::hole) {
                on_hole(name, s, item);
            } else if (auto const done = on_line(s, item); done.has_error()) {
                return done.error();
            }
        }
    }

    void note_end() {
        tail_.next = numbers_.next();
        tail_.last_batch = numbers_.batch();
        if (numbers_.missing() == 0) return;
        tail_.shortened = {mark_at_, mark_.batch, mark_.first, mark_.synced,
                           numbers_.next() - mark_.first};
    }

    void on_hole(std::string const& name, segment const& s, segment_item const& item) {
        auto const batch = numbers_.batch_here();
        if (batch <= tail_.synced) {
            report_.damages.push_back(
                {name, item.offset, item.bytes,
                 item.bytes == 0
                     ? fmt::format("Records from number {} on are missing.", numbers_.next())
                     : fmt::format("Batch {} was synced and its bytes are bad.", batch)});
        } else {
            if (!tail_.torn_at) {
                tail_.torn_at = {s.number, item.offset};
                note_end();
            }
            report_.torn_bytes_dropped += item.bytes;
        }
        numbers_.loosen();
    }

    result<void> on_line(segment& s, segment_item const& item) {
        auto const seq = item.line.seq;
        if (tail_.torn_at && seq > numbers_.next()) {
            report_.torn_records_dropped += seq - numbers_.next();
        }
        if (auto const m = decode_mark(item.line)) {
            numbers_.accept(*m);
            mark_ = *m;
            mark_at_ = {s.number, item.offset};
            ++report_.batches;
            if (s.first_batch == 0) s.first_batch = m->batch;
            s.last_batch = m->batch;
            return {};
        }
        numbers_.accept_record(seq);
        s.next_record = seq + 1;
        if (is_void(item.line)) return {};
        auto decoded = decode(item.line, item.body, names_);
        if (decoded.has_error()) return decoded.error();
        ++report_.records;
        if (tail_.torn_at) {
            ++report_.torn_records_kept;
            tail_.salvaged.push_back(std::move(*decoded));
            return {};
        }
        if (auto* const task = std::get_if<accepted>(&*decoded)) {
            ++report_.tasks;
            task->where = {s.number, static_cast<std::uint32_t>(item.line.body_bytes),
                           item.offset + item.line.line_bytes};
        }
        if (visitor_.on_record) visitor_.on_record(std::move(*decoded), seq);
        return {};
    }

    job_worker& disk_;
    names& names_;
    replay_visitor const& visitor_;
    segment_table& segments_;
    replay_report& report_;
    numbering numbers_;
    mark mark_; // the last one
    replay_tail::cut mark_at_;
    replay_tail tail_;
};

} // namespace

result<replay_tail> replay_journal(job_worker& disk, std::vector<segment_entry> const& all,
                                   names& table, replay_visitor const& visitor,
                                   segment_table& table_of_segments, replay_report& report) {
    std::vector<segment_ref> segments;
    for (auto const& entry : all) {
        if (entry.segment.kind == segment_kind::journal) segments.push_back(entry.segment);
    }
    replayer work(disk, table, visitor, table_of_segments, report);
    if (auto const done = work.find_synced(segments); done.has_error()) return done.error();
    for (auto const& ref : segments) {
        if (auto const done = work.read(ref); done.has_error()) return done.error();
    }
    return work.finish();
}

std::string replay_report::text() const {
    auto line = fmt::format("{} segments, {} bytes, {} batches, {} records, {} tasks, {} finished",
                            segments, bytes, batches, records, tasks, kept);
    if (torn_bytes_dropped != 0 || torn_records_dropped != 0) {
        line += fmt::format("; torn end: {} bytes and {} records dropped, {} records kept",
                            torn_bytes_dropped, torn_records_dropped, torn_records_kept);
    }
    for (auto const& d : damages)
        line +=
            fmt::format("; damage in {} at {} ({} bytes): {}", d.file, d.offset, d.bytes, d.what);
    return line;
}

} // namespace sluice::queue
