// The journal: the way to the disk: one batch at a time.
#include "queue/journal/journal.hpp"

#include <boost/assert.hpp>

#include <algorithm>

namespace sluice::queue {

namespace {
using kind = durability::kind;
}

sequence journal::acknowledged() const {
    return options_.safe.mode == kind::memory ? next_record_ - 1 : acknowledged_;
}

// The disk is full and we are to stop: what cannot be written now never will be.
bool journal::is_closed() const {
    if (has_failed_) return true;
    bool const is_stuck = blocked_until_ || !trouble_.empty();
    return is_closing_ && !is_commit_out_ && (has_last_mark_ || is_stuck) &&
           (closed_.empty() || is_stuck);
}

std::optional<mono_time> journal::next_wakeup() const {
    if (has_failed_) return std::nullopt;
    // While something is done in the background nothing else is, the measuring included.
    auto next = is_background_out_ ? mono_time::max() : measure_at_;
    if (!is_commit_out_) {
        if (blocked_until_) next = std::min(next, *blocked_until_);
        if (!blocked_until_ && flush_at_) next = std::min(next, *flush_at_);
        if (options_.safe.mode == kind::interval && written_batch_ > synced_batch_) {
            next = std::min(next, sync_at_);
        }
    }
    return next;
}

std::optional<disk_job> journal::next_commit(instant now) {
    BOOST_ASSERT(!counted_segments_ || *counted_segments_ == count_segments());
    counted_segments_.reset();
    wall_ = now.wall;
    if (has_failed_ || is_commit_out_) return std::nullopt;
    if (is_sync_due(now)) return begin_sync(now);
    if (blocked_until_ && now.mono < *blocked_until_) return std::nullopt;
    if (closed_.empty() && !close_if_due(now)) {
        if (!is_closing_ || has_last_mark_ || written_batch_ == 0) {
            has_last_mark_ |= is_closing_;
            return std::nullopt;
        }
        if (options_.safe.mode != kind::fsync && written_batch_ > synced_batch_) {
            return begin_sync(now);
        }
        begin_batch(0);
        close_batch();
        has_last_mark_ = true;
    }
    return begin_commit(now);
}

bool journal::close_if_due(instant now) {
    // The file for finished tasks was not there when their records were written, and is now.
    if (!filling_ && kept_.is_write_due() && !is_closing_) {
        begin_batch(0);
        is_urgent_ = true;
    }
    if (!filling_) return false;
    if (!is_urgent_ && !is_closing_) {
        if (!flush_at_) flush_at_ = now.mono + options_.flush_after;
        if (now.mono < *flush_at_) return false;
    }
    close_batch();
    return true;
}

void journal::close_batch() {
    counted_segments_.reset();
    auto& s = *segments_.find(filling_->where().segment);
    s.end = filling_->where().offset + filling_->size();
    s.next_record = filling_->last() + 1;
    closed_.push_back(std::move(*filling_));
    filling_.reset();
    is_urgent_ = false;
    flush_at_.reset();
}

std::optional<disk_job> journal::begin_commit(instant now) {
    auto& batch = closed_.front();
    auto const* const s = segments_.find(batch.where().segment);
    if (!s->is_made) return std::nullopt; // the background lane is making it
    commit_job job;
    job.batch = {ref_of(*s), batch.where().offset, batch.take_bytes(synced_batch_)};
    job.kept = kept_.take_write();
    job.sync = options_.safe.mode == kind::fsync || has_last_mark_;
    job.adopts = batch.adopts();
    is_commit_out_ = true;
    commit_out_since_ = now.mono;
    return disk_job{std::move(job), batch.number()};
}

bool journal::is_sync_due(instant now) const {
    return options_.safe.mode == kind::interval && written_batch_ > synced_batch_ &&
           now.mono >= sync_at_;
}

std::optional<disk_job> journal::begin_sync(instant now) {
    sync_job job;
    for (auto const& s : segments_.all()) {
        if (s.is_made && s.last_batch > synced_batch_) job.segments.push_back(ref_of(s));
    }
    sync_at_ = now.mono + options_.safe.interval;
    is_commit_out_ = true;
    return disk_job{std::move(job), written_batch_};
}

void journal::on_sync_done(std::uint64_t batch, disk_result const& result) {
    is_commit_out_ = false;
    if (result.error) return fail(result.operation, result.error);
    synced_batch_ = std::max(synced_batch_, batch);
}

void journal::on_commit_done(commit_job&& job, disk_result const& result, instant now) {
    is_commit_out_ = false;
    if (!job.kept.to.is_none()) {
        bool const was_kept = !result.error && !result.kept_error;
        counted_.lost_history += kept_.on_written(was_kept, std::move(job.kept.bytes));
    }
    if (!result.error && result.was_adopted_before) {
        closed_.front().take_back(std::move(job.batch.bytes));
        give_up_slice();
    } else if (!result.error) {
        spare_buffer_ = std::move(job.batch.bytes);
        blocked_until_.reset();
        on_batch_written(result, job.sync);
    } else if (is_no_room(result.error) && result.operation == "write") {
        closed_.front().take_back(std::move(job.batch.bytes));
        refuse(now);
    } else {
        fail(result.operation, result.error);
    }
}

void journal::on_batch_written(disk_result const& result, bool was_synced) {
    auto const batch = std::move(closed_.front());
    closed_.pop_front();
    written_batch_ = batch.number();
    if (was_synced) synced_batch_ = batch.number();
    if (auto* const s = segments_.find(batch.where().segment)) {
        s->written = batch.where().offset + batch.size();
    }
    if (batch.records() == 0) return;
    acknowledged_ = batch.last();
    finish_copies(batch);
    if (host_ == nullptr || is_recovering_) return;
    host_->on_committed({batch.first(), batch.last(), batch.where().segment, batch.where().offset,
                         batch.size(), result.duration});
}

void journal::finish_copies(journal_batch const& batch) {
    is_moving_ = true;
    while (!copies_.empty() && copies_.front().number <= batch.last()) {
        auto done = copies_.front();
        copies_.pop_front();
        done.to.offset += batch.where().offset;
        if (host_ != nullptr) host_->moved(done.id, done.to);
    }
    is_moving_ = false;
}

// Another gateway was first: the batch goes again with nothing of the slice in it, because its
// numbers were given out.
void journal::give_up_slice() {
    auto& batch = closed_.front();
    space_.refused(batch.drop_slice());
    batch.set_adopts(std::nullopt);
    move_batches();
    if (host_ != nullptr) host_->on_refused(batch.first(), batch.last());
}

bool journal::is_stalled(instant now) const {
    return options_.stall_after.count() != 0 && commit_age(now) > options_.stall_after;
}

std::chrono::milliseconds journal::commit_age(instant now) const {
    if (!is_commit_out_) return {};
    return std::chrono::floor<std::chrono::milliseconds>(now.mono - commit_out_since_);
}

bool journal::is_behind() const {
    return options_.unwritten_records != 0 &&
           next_record_ - 1 - acknowledged_ >= options_.unwritten_records;
}

// No room for a batch: it is written again as soon as there is some, without its new tasks.
void journal::refuse(instant now) {
    auto const& failed = closed_.front().where();
    auto& s = *segments_.find(failed.segment);
    s.capacity = std::min(s.capacity, failed.offset); // the job cut the file there
    refuse_waiting();
    space_.ran_out();
    measure_at_ = now.mono;
    blocked_until_ = now.mono + options_.measure_every / 4;
}

// The new tasks in the batches that wait are taken out, because their callers are told that they
// were not accepted; all else stays in line.
void journal::refuse_waiting() {
    std::uint64_t dropped = 0;
    std::vector<std::pair<sequence, sequence>> refused;
    auto const drop = [&](journal_batch& batch) {
        // Nobody was told of a slice's tasks but the log they come from: they have all the time.
        auto const tasks = batch.adopts() ? 0 : batch.drop_tasks();
        if (tasks != 0) refused.emplace_back(batch.first(), batch.last());
        dropped += tasks;
    };
    std::ranges::for_each(closed_, drop);
    if (filling_) drop(*filling_);
    move_batches();
    // Copies are tried again by the next cleaning.
    space_.refused(dropped - copies_.size());
    copies_.clear();
    if (host_ == nullptr) return;
    for (auto const& [first, last] : refused)
        host_->on_refused(first, last);
}

// Batches have become shorter: each begins where the one before it ends.
void journal::move_batches() {
    counted_segments_.reset();
    auto const& failed = closed_.front();
    auto segment_here = failed.where().segment;
    auto end = failed.where().offset;
    auto const place = [&](journal_batch& batch) {
        if (batch.where().segment != segment_here) {
            segment_here = batch.where().segment;
            end = segments_.find(segment_here)->header.size();
        }
        batch.move_to(end);
        end += batch.size();
    };
    for (auto& batch : closed_) {
        place(batch);
        segments_.find(segment_here)->end = end;
    }
    if (filling_) place(*filling_);
}

void journal::begin_trouble(disk_result const& result) {
    bool const is_new = trouble_.empty();
    trouble_ = std::string(result.operation) + ": " + result.error.message();
    // What was acknowledged when it was taken (durability "memory") stays in line.
    if (options_.safe.mode != kind::memory) refuse_waiting();
    if (is_new && host_ != nullptr) host_->on_trouble(result.operation, result.error);
}

void journal::end_trouble() {
    if (trouble_.empty()) return;
    trouble_.clear();
    if (host_ != nullptr) host_->on_trouble_over();
}

void journal::fail(std::string_view what, boost::system::error_code ec) {
    if (has_failed_) return;
    has_failed_ = true;
    if (host_ != nullptr) host_->on_failed(what, ec);
}

} // namespace sluice::queue
