// The journal: the start: what the disk holds becomes the state, then a new segment begins.
#include "queue/journal/journal.hpp"
#include "queue/journal/journal_error.hpp"
#include "queue/journal/record_codec.hpp"

#include <algorithm>

namespace sluice::queue {

using boost::system::result;

result<void> journal::recover(job_worker& disk, instant now, replay_visitor const& visitor,
                              replay_report& report) {
    wall_ = now.wall;
    if (auto const locked = disk.run({lock_job{}, 0}); locked.error) return locked.error;
    auto const listed = disk.run({list_job{}, 0});
    if (listed.error) return listed.error;
    is_recovering_ = true;
    if (auto const done = kept_.recover(disk, listed.entries, visitor, report); done.has_error()) {
        return done.error();
    }
    if (auto const newest = kept_.newest_end()) ages_.begin_at(*newest);
    // The visitor has the engine tell us what is live, so the table must know all segments before.
    auto tail = replay_journal(disk, listed.entries, names_, visitor, segments_, report,
                               options_.portion_bytes);
    if (tail.has_error()) return tail.error();
    if (!report.damages.empty() && !options_.skip_damage) return journal_errc::damaged;

    if (auto const done = disk.run({tidy_job{}, 0}); done.error) return done.error;
    next_segment_ = tail->highest_number + 1;
    next_record_ = tail->next;
    next_batch_ = tail->last_batch + 1;
    if (auto const done = cut_torn_end(disk, *tail); done.has_error()) return done.error();
    if (auto const done = drop_empty_end(disk); done.has_error()) return done.error();
    synced_batch_ = written_batch_ = tail->last_batch;
    acknowledged_ = next_record_ - 1;
    segments_.seal_all();
    if (auto const done = begin_first_segment(disk, now); done.has_error()) return done.error();
    auto const done = write_salvaged(disk, now, std::move(tail->salvaged), visitor);
    is_recovering_ = false;
    return done;
}

// Newest first, so that a crash in between leaves a journal that only ends earlier. Then what is
// left is synced, because the next mark calls it so.
result<void> journal::cut_torn_end(job_worker& disk, replay_tail const& tail) {
    if (tail.torn_at) {
        while (segments_.all().back().number > tail.torn_at->segment) {
            if (auto const done = remove_newest(disk); done.has_error()) return done.error();
        }
        auto& s = *segments_.find(tail.torn_at->segment);
        s.end = s.written = tail.torn_at->offset;
        s.last_batch = std::min(s.last_batch, tail.last_batch);
    }
    if (auto const done = write_short_mark(disk, tail); done.has_error()) return done.error();
    for (auto& s : segments_.all()) {
        if (s.last_batch <= tail.synced && &s != &segments_.all().back()) continue;
        if (auto const cut = disk.run({cut_job{ref_of(s), s.end}, 0}); cut.error) return cut.error;
        s.capacity = s.end;
    }
    return {};
}

// A batch of which the rest is gone for good gets a mark that says so: the next start must not take
// what is missing for damage.
result<void> journal::write_short_mark(job_worker& disk, replay_tail const& tail) {
    if (!tail.shortened) return {};
    auto const& batch = *tail.shortened;
    auto const& s = *segments_.find(batch.at.segment);
    std::string line(mark_bytes(), '\0');
    encode(mark{batch.number, batch.synced, batch.first, batch.records}, salted(s.salt),
           line.data());
    disk_job const job{rewrite_job{{ref_of(s), batch.at.offset, std::move(line)}}, 0};
    if (auto const done = disk.run(job); done.error) return done.error;
    return {};
}

result<void> journal::remove_newest(job_worker& disk) {
    disk_job const job{remove_job{{}, ref_of(segments_.all().back())}, 0};
    if (auto const removed = disk.run(job); removed.error) return removed.error;
    segments_.remove_newest();
    return {};
}

// A segment that was made ahead of time and never used.
result<void> journal::drop_empty_end(job_worker& disk) {
    while (!segments_.all().empty()) {
        auto const& last = segments_.all().back();
        if (last.end != last.header.size()) break;
        if (auto const done = remove_newest(disk); done.has_error()) return done.error();
    }
    return {};
}

// Small, so that the start is quick. Where there is no room for it the start succeeds all the
// same: what is queued is delivered, and that makes room.
result<void> journal::begin_first_segment(job_worker& disk, instant now) {
    auto const measured = disk.run({measure_job{}, 0});
    if (measured.error) return measured.error;
    space_.measured(measured.space);
    measure_at_ = now.mono + options_.measure_every;
    sync_at_ = now.mono + options_.safe.interval;
    auto& s = plan_segment();
    auto const room = space_.growth(files()) / 4;
    auto const bytes = std::clamp<std::uint64_t>(
        room, 64 << 10, std::min(options_.first_segment_bytes, options_.segment_bytes));
    disk_job const job{prepare_job{ref_of(s), s.header, bytes}, 0};
    auto const made = disk.run(job);
    if (made.error && is_no_room(made.error)) {
        space_.ran_out();
        return {};
    }
    if (made.error) return made.error;
    s.is_made = true;
    s.capacity = std::max<std::uint64_t>(bytes, s.header.size());
    space_.took(s.capacity);
    return {};
}

// Also without anything salvaged a first mark is written: it says that all before it is synced.
result<void> journal::write_salvaged(job_worker& disk, instant now, std::vector<record>&& salvaged,
                                     replay_visitor const& visitor) {
    if (salvaged.empty()) begin_batch(0);
    for (auto& r : salvaged) {
        auto const place = append(r, true);
        if (!place) return journal_errc::failed;
        if (auto* const task = std::get_if<accepted>(&r)) task->where = last_location_;
        if (visitor.on_record) visitor.on_record(std::move(r), place->number);
    }
    if (filling_) close_batch();
    // Without room for a segment they are written when there is some.
    while (!closed_.empty() && segments_.all().back().is_made) {
        if (auto const done = commit_now(disk, now); done.has_error()) return done.error();
    }
    return {};
}

result<void> journal::commit_now(job_worker& disk, instant now) {
    auto job = next_commit(now);
    if (!job) job = to_prepare(true); // there was more than the first segment holds
    if (!job) return journal_errc::failed;
    auto done = disk.run(*job);
    if (done.error) return done.error;
    on_job_done(std::move(*job), std::move(done), now);
    return {};
}

} // namespace sluice::queue
