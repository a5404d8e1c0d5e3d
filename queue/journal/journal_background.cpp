// The journal: the background lane: one job at a time, none of which an answer waits for.
#include "queue/journal/journal.hpp"

#include <algorithm>
#include <utility>

namespace sluice::queue {

namespace {

constexpr std::uint64_t least_segment = 64 << 10;
constexpr std::uint64_t share_of_room = 4;  // a new segment takes at most a quarter of the room
constexpr std::uint64_t parts_of_disk = 16; // a file of the history takes no larger part
constexpr std::size_t ids_a_turn = 256;     // looked at by one step of the cleaning
constexpr std::size_t copies_at_once = 1024;

} // namespace

std::optional<disk_job> journal::next_background(instant now) {
    counted_segments_.reset();
    wall_ = now.wall;
    if (has_failed_ || is_background_out_) return std::nullopt;
    if (paused_until_ && now.mono >= *paused_until_) paused_until_.reset();
    clean_some();
    auto job = pick(now);
    is_background_out_ = job.has_value();
    return job;
}

// In the order of who waits for it.
std::optional<disk_job> journal::pick(instant now) {
    if (auto job = to_read()) return job;
    if (auto job = to_look_up()) return job;
    if (auto job = to_measure(now)) return job;
    if (paused_until_) return std::nullopt;
    if (auto job = to_prepare(true)) return job;
    if (auto job = to_prepare_history()) return job;
    if (auto job = to_prepare(false)) return job;
    if (auto job = to_remove()) return job;
    if (auto job = to_cut_history(now)) return job;
    if (auto seal = kept_.to_seal()) return disk_job{std::move(*seal), 0};
    return to_clean();
}

std::optional<disk_job> journal::to_measure(instant now) {
    if (now.mono < measure_at_) return std::nullopt;
    auto const pause = options_.measure_every;
    measure_at_ = now.mono + (space_.is_short(files()) ? pause / 4 : pause);
    return disk_job{measure_job{}, 0};
}

// The segment that batches wait for is made in any case: the room for it was kept back. The one
// after it only where there is room beyond what is promised.
std::optional<disk_job> journal::to_prepare(bool only_current) {
    if (unfinished_) return disk_job{*std::exchange(unfinished_, std::nullopt), 0};
    // A batch may wait for a segment that is full already, before it was ever made.
    auto* s = closed_.empty() ? nullptr : segments_.find(closed_.front().where().segment);
    if (s == nullptr || s->is_made) s = segments_.current();
    if (s == nullptr) return std::nullopt;
    auto const room = space_.growth(files()) / share_of_room;
    if (s->is_made) {
        if (only_current || room < least_segment) return std::nullopt;
        s = segments_.next();
        if (s == nullptr) s = &plan_segment();
        if (s->is_made) return std::nullopt;
    }
    auto const bytes =
        std::clamp(room, least_segment, std::max(least_segment, options_.segment_bytes));
    auto const most = is_recovering_ ? all_at_once : options_.portion_bytes;
    return disk_job{prepare_job{ref_of(*s), s->header, bytes, 0, most}, 0};
}

std::optional<disk_job> journal::to_prepare_history() {
    auto job = kept_.to_prepare();
    if (!job) return std::nullopt;
    return disk_job{std::move(*job), 0};
}

std::optional<disk_job> journal::to_remove() {
    auto const safe =
        options_.safe.mode == durability::kind::memory ? written_batch_ : synced_batch_;
    auto const* const s = segments_.removable(safe, next_batch_ - 1);
    if (s == nullptr) return std::nullopt;
    if (cleaning_ && cleaning_->segment == s->number) {
        // It stopped for want of room, and meanwhile nothing in the segment is needed any more.
        if (cleaning_->reads_out != 0 || !copies_.empty()) return std::nullopt;
        cleaning_.reset();
    }
    // What the history says of its tasks could never be made again.
    if (auto const waits = kept_.first_unwritten(); waits != 0 && waits < s->next_record) {
        if (!must_history_give_way()) return std::nullopt;
        counted_.lost_history += kept_.drop_pending(); // it must not keep the room from new work
        if (kept_.first_unwritten() != 0) return std::nullopt;
    }
    return disk_job{remove_job{kept_.unsynced(), ref_of(*s), true}, 0};
}

// The history goes before anything else is refused: room for a call, and some to work with.
bool journal::must_history_give_way() const {
    constexpr std::uint64_t most = 4 << 20;
    auto const here = files();
    return space_.is_short(here) || !space_.admits(1, std::min(most, space_.whole(here) / 4), here);
}

std::optional<disk_job> journal::to_cut_history(instant now) {
    kept_.set_part_limit(space_.whole(files()) / parts_of_disk);
    auto const oldest = kept_.to_cut(ages_.at(now), must_history_give_way());
    counted_.lost_history += kept_.take_lost();
    if (!oldest) return std::nullopt;
    return disk_job{remove_job{{}, *oldest, true}, 0};
}

std::optional<disk_job> journal::to_clean() {
    if (host_ == nullptr || is_closing_ || space_.is_short(files())) return std::nullopt;
    if (cleaning_) {
        if (!cleaning_->unscanned) return std::nullopt;
        return disk_job{*std::exchange(cleaning_->unscanned, std::nullopt), 0};
    }
    auto const* const s = segments_.to_clean(synced_batch_);
    if (s == nullptr) return std::nullopt;
    cleaning begun;
    begun.segment = s->number;
    cleaning_ = std::move(begun);
    return disk_job{scan_job{ref_of(*s), s->salt, s->header.size(), s->end, options_.portion_bytes},
                    0};
}

void journal::clean_some() {
    if (!cleaning_ || !cleaning_->is_scanned || is_closing_) return;
    if (space_.is_short(files())) return;
    auto& c = *cleaning_;
    for (std::size_t i = 0; i < ids_a_turn && c.next_id < c.ids.size(); ++i) {
        if (copies_.size() + c.reads_out >= copies_at_once) return;
        clean_one(c.ids[c.next_id++]);
    }
    finish_cleaning();
}

void journal::clean_one(task_id id) {
    auto task = host_->snapshot(id, cleaning_->segment);
    if (!task) return;
    if (task->task.payload) return append_copy(std::move(*task));
    ++cleaning_->reads_out;
    read(task->where, [this, id](boost::system::result<shared_bytes> bytes) {
        --cleaning_->reads_out;
        if (bytes.has_error() || has_failed_ || has_last_mark_) return;
        // Much may have happened to the task while the disk was read.
        auto again = host_->snapshot(id, cleaning_->segment);
        if (!again) return;
        again->task.payload = std::move(*bytes);
        append_copy(std::move(*again));
    });
}

// A segment that still has live records then has some that could not be read: it stays.
void journal::finish_cleaning() {
    auto const& c = *cleaning_;
    if (c.next_id < c.ids.size() || c.reads_out != 0 || !copies_.empty()) return;
    if (auto* const s = segments_.find(c.segment)) s->was_cleaned = true;
    cleaning_.reset();
}

void journal::on_job_done(disk_job&& job, disk_result&& result, instant now) {
    counted_segments_.reset();
    wall_ = now.wall;
    if (auto* const commit = std::get_if<commit_job>(&job.work)) {
        return on_commit_done(std::move(*commit), result, now);
    }
    if (std::holds_alternative<sync_job>(job.work)) return on_sync_done(job.tag, result);
    is_background_out_ = false;
    std::visit(
        [&](auto& work) {
            // Of commits and syncs was spoken above; those of the start never come here.
            if constexpr (requires { this->done(work, result, now); }) done(work, result, now);
        },
        job.work);
}

// A failed sync ends everything. What failed for want of room or of descriptors is tried again.
journal::operation journal::judge(disk_result const& result, instant now) {
    if (!result.error) return operation::ok;
    bool const may_pass = is_no_room(result.error) || result.operation == "open" ||
                          result.operation == "remove" || result.operation == "statvfs";
    if (!may_pass) {
        fail(result.operation, result.error);
        return operation::fatal;
    }
    if (is_no_room(result.error)) {
        space_.ran_out();
        measure_at_ = std::min(measure_at_, now.mono + options_.measure_every / 4);
    }
    paused_until_ = now.mono + options_.measure_every / 4;
    return operation::later;
}

void journal::done(prepare_job& job, disk_result& result, instant now) {
    counted_segments_.reset();
    auto const outcome = judge(result, now);
    if (outcome == operation::fatal) return;
    if (outcome == operation::ok && result.goes_on_at != 0) {
        job.begin = result.goes_on_at;
        unfinished_ = std::move(job);
        return;
    }
    if (job.segment.kind == segment_kind::history) {
        if (outcome == operation::ok) return kept_.on_prepared();
        // Without a file it waits in memory; where the disk is full it gives way.
        if (is_no_room(result.error)) counted_.lost_history += kept_.drop_pending();
        return;
    }
    auto const number = job.segment.number;
    auto* const s = segments_.find(number);
    if (outcome != operation::ok) {
        bool const is_waited_for =
            !closed_.empty() && closed_.front().where().segment == number && !is_commit_out_;
        if (is_waited_for) begin_trouble(result);
        return;
    }
    end_trouble();
    s->is_made = true;
    s->capacity = std::max<std::uint64_t>(job.bytes, job.header.size());
    space_.took(s->capacity);
}

void journal::done(remove_job& job, disk_result& result, instant now) {
    counted_segments_.reset();
    if (judge(result, now) != operation::ok) return;
    if (job.gone.kind == segment_kind::history) {
        auto const before = kept_.total_bytes();
        kept_.on_cut();
        return space_.gave(before - kept_.total_bytes());
    }
    space_.gave(segments_.all().front().size());
    segments_.remove_oldest();
    ++counted_.removed_segments;
}

void journal::done(seal_job&, disk_result& result, instant now) {
    if (judge(result, now) == operation::ok) kept_.on_sealed();
}

void journal::done(scan_job& job, disk_result& result, instant) {
    if (!cleaning_) return;
    if (result.error) {
        // It cannot be read, so it cannot be cleaned; its tasks go on from memory.
        if (auto* const s = segments_.find(job.from.number)) s->was_cleaned = true;
        return cleaning_.reset();
    }
    auto& ids = cleaning_->ids;
    ids.insert(ids.end(), result.ids.begin(), result.ids.end());
    if (result.goes_on_at != 0) {
        job.offset = result.goes_on_at;
        cleaning_->unscanned = std::move(job);
        return;
    }
    cleaning_->is_scanned = true;
    clean_some();
}

void journal::done(measure_job&, disk_result& result, instant now) {
    if (judge(result, now) == operation::ok) space_.measured(result.space);
}

journal_stats journal::stats() const {
    auto all = counted_;
    all.segments = segments_.all().size();
    all.bytes = segments_.total_bytes() + kept_.total_bytes();
    all.live_bytes = segments_.live_bytes();
    all.sealed_bytes = segments_.sealed_bytes();
    all.history_tasks = kept_.size();
    all.gave_way_history = kept_.gave_way();
    all.free_bytes = space_.free_bytes();
    all.is_short = !trouble_.empty() || !space_.admits(1, 0, files());
    all.trouble = trouble_;
    return all;
}

} // namespace sluice::queue
