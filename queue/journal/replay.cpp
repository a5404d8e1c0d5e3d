#include "queue/journal/replay.hpp"

#include "queue/journal/journal_error.hpp"
#include "queue/journal/line_checker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>

namespace sluice::queue {

namespace {

using boost::system::result;

// So many records before its own a task is expected: a memory answers within that time.
constexpr std::size_t looks_ahead = 8;

// Which numbers come next. Records are numbered without gaps over all segments, so are batches.
class numbering {
  public:
    belief judge(journal_line const& line) const {
        auto const m = decode_mark(line);
        if (!m && !is_record(line)) return belief::no;
        return judge(line.seq, m ? &*m : nullptr);
    }
    belief judge(checked_walk::step const& at) const {
        if (at.line.what == checked_line::kind::other) return belief::no;
        return judge(at.line.seq, at.meant);
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
    // `m`: what a mark says; null: it is none.
    belief judge(sequence seq, mark const* m) const {
        if (seq < next_ || (m && m->batch <= batch_)) return belief::no;
        bool const is_next = seq == next_ && (!m || m->batch == batch_ + 1);
        return is_next || is_loose_ ? belief::yes : belief::gap;
    }

    sequence next_ = 1;
    std::uint64_t batch_ = 0;
    sequence batch_end_ = 0;
    std::uint64_t least_ = 0;
    bool is_loose_ = true; // the first segment may begin anywhere
};

// Finds a mark wherever it stands, also behind bad bytes. What is in a body counts as well: with
// this salt under its checksum it was copied out of this file, and is as true there.
std::optional<std::uint64_t> highest_synced(loaded_segment const& segment) {
    constexpr std::string_view begin = "#J1 mark ";
    std::string_view const content = segment.content;
    auto const salt = salted(segment.header->salt);
    std::optional<std::uint64_t> highest;
    for (auto p = content.find(begin); p != std::string_view::npos;
         p = content.find(begin, p + 1)) {
        auto const line = parse_line(content.substr(p), salt);
        auto const m = line ? decode_mark(*line) : std::nullopt;
        if (m) highest = std::max(highest.value_or(0), m->synced);
    }
    return highest;
}

// Jobs of two threads, one after the other.
class one_at_a_time final : public job_worker {
  public:
    explicit one_at_a_time(job_worker& inner)
        : inner_(inner) {}

    disk_result run(disk_job const& job) override {
        std::lock_guard const guard(mutex_);
        return inner_.run(job);
    }

  private:
    job_worker& inner_;
    std::mutex mutex_;
};

class replayer {
  public:
    replayer(job_worker& disk, std::vector<segment_ref> all, std::uint64_t all_bytes, names& table,
             replay_visitor const& visitor, segment_table& segments, replay_report& report)
        : all_(std::move(all))
        , all_bytes_(all_bytes)
        , disk_(disk)
        , names_(table)
        , visitor_(visitor)
        , segments_(segments)
        , report_(report) {}

    result<void> read(std::uint64_t piece_bytes) {
        line_checker lines(disk_, all_, piece_bytes);
        while (auto part = lines.next()) {
            if (part->of->error) return part->of->error;
            if (part->is_first) {
                if (auto const done = begin(*part); done.has_error()) return done.error();
            }
            if (current_ != nullptr) {
                if (auto const done = take(*part); done.has_error()) return done.error();
            }
            if (part->is_last) read_bytes_ += part->bytes;
        }
        return {};
    }

    result<replay_tail> finish() {
        if (auto const lost = numbers_.missing(); lost != 0) {
            auto const synced = find_synced();
            if (synced.has_error()) return synced.error();
            if (numbers_.batch() <= *synced) {
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
    // What the marks call synced, when it is asked because bytes are bad or missing: marks say more
    // the later they are, and the last segment that has one knows best.
    result<std::uint64_t> find_synced() {
        if (knows_synced_) return tail_.synced;
        std::string room;
        for (auto ref = all_.rbegin(); ref != all_.rend(); ++ref) {
            auto segment = load_segment(disk_, *ref, &room);
            if (segment.error) return segment.error;
            auto const synced = segment.header.has_value() ? highest_synced(segment) : std::nullopt;
            room = std::move(segment.content);
            if (!synced) continue;
            tail_.synced = std::max(tail_.synced, *synced);
            break;
        }
        knows_synced_ = true;
        return tail_.synced;
    }

    result<void> begin(checked_part const& part) {
        current_ = nullptr;
        auto const& loaded = *part.of;
        tail_.highest_number = loaded.ref.number;
        if (loaded.header.has_error()) {
            if (loaded.header.error() == journal_errc::newer_format) return loaded.header.error();
            // The header was synced before the file got its name.
            report_.damages.push_back({to_string(loaded.ref), 0, part.bytes, "The header is bad."});
            numbers_.loosen();
            return {};
        }
        auto const& header = *loaded.header;
        // Entered before it is read: the visitor may count what is live in it.
        auto& s = segments_.add({});
        s.number = header.number;
        s.salt = header.salt;
        s.header = loaded.content.substr(0, header.line_bytes);
        s.is_made = true;
        numbers_.no_batch_below(header.first_batch);
        current_ = &s;
        stopped_at_.reset();
        return {};
    }

    // As long as everything is whole and in order it comes checked; from the first line that is
    // not so, the rest of the segment is walked over here.
    result<void> take(checked_part& part) {
        theirs_.learn(part.fresh, names_);
        checked_walk lines(part);
        while (!stopped_at_) {
            auto const at = lines.next();
            if (!at) break;
            auto const* const soon = lines.ahead(looks_ahead);
            if (visitor_.expect && soon != nullptr) visitor_.expect(soon->id);
            if (numbers_.judge(*at) != belief::yes) {
                stopped_at_ = at->line.offset;
                break;
            }
            if (at->decoded != nullptr) theirs_.translate(*at->decoded);
            auto const lane = theirs_.ours(at->line.lane);
            auto const account = theirs_.ours(at->line.account);
            auto const done = on_line(*current_, part.where(), *at, lane, account);
            if (done.has_error()) return done.error();
        }
        if (visitor_.on_progress) visitor_.on_progress(read_bytes_ + part.end, all_bytes_);
        if (!part.is_last) return {};
        auto& s = *current_;
        s.capacity = part.bytes;
        if (part.is_at_end && !stopped_at_) {
            s.end = s.written = part.end;
        } else {
            auto const from = stopped_at_.value_or(part.end);
            auto const walked = walk(s, from);
            if (walked.has_error()) return walked.error();
        }
        ++report_.segments;
        report_.bytes += s.end;
        return {};
    }

    result<void> walk(segment& s, std::uint64_t from) {
        auto const loaded = load_segment(disk_, ref_of(s));
        if (loaded.error) return loaded.error;
        segment_reader reader(loaded.content, s.salt, from,
                              [this](journal_line const& line) { return numbers_.judge(line); });
        for (;;) {
            auto const item = reader.next();
            if (item.what == segment_item::kind::end) {
                s.end = s.written = item.offset;
                return {};
            }
            if (item.what == segment_item::kind::hole) {
                auto const done = on_hole(s, item);
                if (done.has_error()) return done.error();
                continue;
            }
            checked_lines one;
            one.add(item, names_);
            auto const at = checked_walk(one).next();
            auto const done = on_line(s, {loaded.content}, *at, at->line.lane, at->line.account);
            if (done.has_error()) return done.error();
        }
    }

    void note_end() {
        tail_.next = numbers_.next();
        tail_.last_batch = numbers_.batch();
        if (numbers_.missing() == 0) return;
        tail_.shortened = {mark_at_, mark_.batch, mark_.first, mark_.synced,
                           numbers_.next() - mark_.first};
    }

    result<void> on_hole(segment const& s, segment_item const& item) {
        auto const synced = find_synced();
        if (synced.has_error()) return synced.error();
        auto const batch = numbers_.batch_here();
        if (batch <= *synced) {
            report_.damages.push_back(
                {to_string(ref_of(s)), item.offset, item.bytes,
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
        return {};
    }

    // `lane` and `account` of a task, by our own names.
    result<void> on_line(segment& s, segment_bytes const& in, checked_walk::step const& at,
                         lane_id lane, account_id account) {
        auto const& line = at.line;
        auto const seq = line.seq;
        if (tail_.torn_at && seq > numbers_.next()) {
            report_.torn_records_dropped += seq - numbers_.next();
        }
        if (at.meant != nullptr) {
            auto const& m = *at.meant;
            numbers_.accept(m);
            mark_ = m;
            tail_.synced = std::max(tail_.synced, m.synced);
            mark_at_ = {s.number, line.offset};
            ++report_.batches;
            if (s.first_batch == 0) s.first_batch = m.batch;
            s.last_batch = m.batch;
            return {};
        }
        numbers_.accept_record(seq);
        s.next_record = seq + 1;
        if (line.what == checked_line::kind::gap_filler) return {};
        if (line.what == checked_line::kind::newer) {
            return make_error_code(journal_errc::newer_format);
        }
        if (at.decoded != nullptr) {
            on_record(s, in, line, std::move(*at.decoded));
            return {};
        }
        record whole; // a fresh one is `accepted`
        auto& task = std::get<accepted>(whole).task;
        task.id = line.id;
        task.lane = lane;
        task.account = account;
        task.accepted_at = line.accepted_at;
        task.not_before = line.not_before;
        on_record(s, in, line, std::move(whole));
        return {};
    }

    void on_record(segment const& s, segment_bytes const& in, checked_line const& line,
                   record&& decoded) {
        auto* const task = std::get_if<accepted>(&decoded);
        ++report_.records;
        if (tail_.torn_at) {
            ++report_.torn_records_kept;
            if (task) task->task.payload = shared_bytes(line.body_in(in));
            tail_.salvaged.push_back(std::move(decoded));
            return;
        }
        if (task) {
            ++report_.tasks;
            task->where = {s.number, line.body_bytes, std::size_t{line.offset} + line.line_bytes};
            if (!visitor_.needs_payload || visitor_.needs_payload(*task)) {
                task->task.payload = shared_bytes(line.body_in(in));
            }
        }
        if (visitor_.on_record) visitor_.on_record(std::move(decoded), line.seq);
    }

    std::vector<segment_ref> const all_;
    std::uint64_t const all_bytes_;
    std::uint64_t read_bytes_ = 0; // of segments that have been gone through
    job_worker& disk_;
    names& names_;
    replay_visitor const& visitor_;
    segment_table& segments_;
    replay_report& report_;
    numbering numbers_;
    foreign_names theirs_;                    // of the checker's records
    segment* current_ = nullptr;              // null: its header is bad
    std::optional<std::uint64_t> stopped_at_; // where the checked lines of `current_` were left
    mark mark_;                               // the last one
    replay_tail::cut mark_at_;
    replay_tail tail_; // synced: as far as it is known
    bool knows_synced_ = false;
};

} // namespace

result<replay_tail> replay_journal(job_worker& disk, std::vector<segment_entry> const& all,
                                   names& table, replay_visitor const& visitor,
                                   segment_table& table_of_segments, replay_report& report,
                                   std::uint64_t piece_bytes) {
    std::vector<segment_ref> segments;
    std::uint64_t bytes = 0;
    for (auto const& entry : all) {
        if (entry.segment.kind != segment_kind::journal) continue;
        segments.push_back(entry.segment);
        bytes += entry.bytes;
    }
    one_at_a_time jobs(disk);
    replayer work(jobs, std::move(segments), bytes, table, visitor, table_of_segments, report);
    if (auto const done = work.read(piece_bytes); done.has_error()) return done.error();
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
