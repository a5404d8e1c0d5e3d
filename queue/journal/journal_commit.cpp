// journal::state, the way to the disk: one batch at a time.
#include "queue/journal/journal_state.hpp"

#include <boost/assert.hpp>

#include <algorithm>

namespace sluice::queue {

namespace {
using kind = durability::kind;
}

sequence journal::state::acknowledged() const {
    return options_.safe.mode == kind::memory ? next_record_ - 1 : acknowledged_;
}

// The disk is full and we are to stop: what cannot be written now never will be.
bool journal::state::is_closed() const {
    if (has_failed) return true;
    return is_closing && !is_commit_out_ && (has_last_mark_ || blocked_until_) &&
           (closed_.empty() || blocked_until_);
}

std::optional<mono_time> journal::state::next_wakeup() const {
    if (has_failed) return std::nullopt;
    auto next = measure_at_;
    if (!is_commit_out_) {
        if (blocked_until_) next = std::min(next, *blocked_until_);
        if (!blocked_until_ && flush_at_) next = std::min(next, *flush_at_);
        if (options_.safe.mode == kind::interval && written_batch_ > synced_batch_) {
            next = std::min(next, sync_at_);
        }
    }
    return next;
}

std::optional<disk_job> journal::state::next_commit(instant now) {
    wall_ = now.wall;
    if (has_failed || is_commit_out_) return std::nullopt;
    if (is_sync_due(now)) return begin_sync(now);
    if (blocked_until_ && now.mono < *blocked_until_) return std::nullopt;
    if (closed_.empty() && !close_if_due(now)) {
        if (!is_closing || has_last_mark_ || written_batch_ == 0) {
            has_last_mark_ |= is_closing;
            return std::nullopt;
        }
        if (options_.safe.mode != kind::fsync && written_batch_ > synced_batch_) {
            return begin_sync(now);
        }
        begin_batch(0);
        close_batch();
        has_last_mark_ = true;
    }
    return begin_commit();
}

bool journal::state::close_if_due(instant now) {
    // The file for finished tasks was not there when their records were written, and is now.
    if (!filling_ && kept.is_write_due() && !is_closing) {
        begin_batch(0);
        is_urgent_ = true;
    }
    if (!filling_) return false;
    if (!is_urgent_ && !is_closing) {
        if (!flush_at_) flush_at_ = now.mono + options_.flush_after;
        if (now.mono < *flush_at_) return false;
    }
    close_batch();
    return true;
}

void journal::state::close_batch() {
    auto& s = *segments_.find(filling_->where().segment);
    s.end = filling_->where().offset + filling_->size();
    s.next_record = filling_->last() + 1;
    closed_.push_back(std::move(*filling_));
    filling_.reset();
    is_urgent_ = false;
    flush_at_.reset();
}

std::optional<disk_job> journal::state::begin_commit() {
    auto& batch = closed_.front();
    auto const* const s = segments_.find(batch.where().segment);
    if (!s->file) return std::nullopt; // the background lane is making it
    commit_job job;
    job.batch = {s->file, batch.where().offset, batch.take_bytes(synced_batch_)};
    job.kept = kept.take_write();
    job.sync = options_.safe.mode == kind::fsync || has_last_mark_;
    is_commit_out_ = true;
    return disk_job{std::move(job), batch.number()};
}

bool journal::state::is_sync_due(instant now) const {
    return options_.safe.mode == kind::interval && written_batch_ > synced_batch_ &&
           now.mono >= sync_at_;
}

std::optional<disk_job> journal::state::begin_sync(instant now) {
    sync_job job;
    for (auto const& s : segments_.all()) {
        if (s.file && s.last_batch > synced_batch_) job.files.push_back(s.file);
    }
    sync_at_ = now.mono + options_.safe.interval;
    is_commit_out_ = true;
    return disk_job{std::move(job), written_batch_};
}

void journal::state::on_sync_done(std::uint64_t batch, disk_result const& result) {
    is_commit_out_ = false;
    if (result.error) return fail(result.operation, result.error);
    synced_batch_ = std::max(synced_batch_, batch);
}

void journal::state::on_commit_done(commit_job&& job, disk_result const& result, instant now) {
    is_commit_out_ = false;
    if (job.kept.to) {
        counted_.lost_history += kept.on_written(!result.error && !result.kept_error);
    }
    if (!result.error) {
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

void journal::state::on_batch_written(disk_result const& result, bool was_synced) {
    auto const batch = std::move(closed_.front());
    closed_.pop_front();
    written_batch_ = batch.number();
    if (was_synced) synced_batch_ = batch.number();
    if (auto* const s = segments_.find(batch.where().segment)) {
        s->written = batch.where().offset + batch.size();
    }
    if (batch.records() == 0) return;
    acknowledged_ = batch.last();
    finish_copies(batch.last());
    if (host == nullptr || is_recovering_) return;
    host->on_committed({batch.first(), batch.last(), batch.where().segment, batch.where().offset,
                        batch.size(), result.duration});
}

void journal::state::finish_copies(sequence last) {
    is_moving_ = true;
    while (!copies_.empty() && copies_.front().number <= last) {
        auto const done = copies_.front();
        copies_.pop_front();
        if (host != nullptr) host->moved(done.id, done.to);
    }
    is_moving_ = false;
}

// No room for a batch: the new tasks in it, and in those behind it, are taken out, because their
// callers are told that they were not accepted. All else is written as soon as there is room.
void journal::state::refuse(instant now) {
    auto const first = closed_.front().first();
    std::uint64_t dropped = 0;
    for (auto& batch : closed_)
        dropped += batch.drop_tasks();
    if (filling_) dropped += filling_->drop_tasks();
    move_batches();
    // Copies are tried again by the next cleaning.
    space_.refused(dropped - copies_.size());
    copies_.clear();
    space_.ran_out();
    measure_at_ = now.mono;
    blocked_until_ = now.mono + options_.measure_every / 4;
    if (dropped != 0 && host != nullptr) host->on_refused(first, next_record_ - 1);
}

// Batches have become shorter: each begins where the one before it ends.
void journal::state::move_batches() {
    auto const& failed = closed_.front();
    auto& s = *segments_.find(failed.where().segment);
    // The job cut the file there.
    s.capacity = std::min(s.capacity, failed.where().offset);
    auto segment_here = s.number;
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

void journal::state::fail(std::string_view what, boost::system::error_code ec) {
    if (has_failed) return;
    has_failed = true;
    if (host != nullptr) host->on_failed(what, ec);
}

} // namespace sluice::queue
