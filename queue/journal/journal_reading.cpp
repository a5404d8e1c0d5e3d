// The journal: what is read back: payloads, and finished tasks out of the history.
#include "queue/journal/journal.hpp"
#include "queue/journal/journal_error.hpp"

namespace sluice::queue {

namespace {

constexpr std::size_t reads_at_once = 64;
constexpr std::size_t most_read_for_history = 4096; // payloads, before it counts as behind

} // namespace

void journal::read(location where, bytes_handler handler) {
    reads_.push_back({where, std::move(handler)});
}

// Those whose batch is still in memory wait for it.
std::optional<disk_job> journal::to_read() {
    read_job job;
    for (auto next = reads_.begin(); next != reads_.end() && job.items.size() < reads_at_once;) {
        auto* const s = segments_.find(next->where.segment);
        bool const is_there = s != nullptr && s->is_made;
        if (s != nullptr && (!s->is_made || next->where.offset + next->where.length > s->written)) {
            ++next;
            continue;
        }
        // A segment that is gone is found out by the job, like everything that cannot be read.
        job.items.push_back(
            {is_there ? ref_of(*s) : segment_ref{}, is_there ? s->salt : 0, next->where});
        reads_out_.push_back(std::move(*next));
        next = reads_.erase(next);
    }
    if (job.items.empty()) return std::nullopt;
    return disk_job{std::move(job), 0};
}

void journal::done(read_job&, disk_result& result, instant) {
    auto const waiting = std::move(reads_out_);
    reads_out_.clear();
    for (std::size_t i = 0; i < waiting.size(); ++i)
        waiting[i].handler(std::move(result.bodies[i]));
}

void journal::keep(accepted const& task, finished const& end, sequence number) {
    if (!kept_.is_on()) return;
    if (space_.is_short(files()) && !is_recovering_) {
        ++counted_.lost_history;
        return;
    }
    if (task.task.payload) {
        if (!kept_.add(task, end, number)) ++counted_.lost_history;
        return;
    }
    // Its segment stays until the payload has been read.
    auto const where = task.where;
    segments_.on_live(where);
    keeping_.insert(task.task.id);
    auto whole = std::make_shared<accepted>(task);
    read(where, [this, where, whole, end, number](boost::system::result<shared_bytes> bytes) {
        segments_.on_released(where);
        keeping_.erase(end.id);
        if (bytes.has_value()) whole->task.payload = std::move(*bytes);
        if (bytes.has_error() || !kept_.add(*whole, end, number)) ++counted_.lost_history;
    });
}

bool journal::is_history_behind() const {
    return kept_.is_behind() || keeping_.size() >= most_read_for_history;
}

void journal::look_up(task_id id, kept_handler handler) {
    auto const entry = kept_.find(id);
    if (entry.where == history::presence::absent && !keeping_.contains(id)) {
        return handler(make_error_code(journal_errc::not_kept));
    }
    if (entry.where == history::presence::waiting) {
        return handler(kept_.decode(entry.bytes, entry.salt));
    }
    look_ups_.push_back({id, std::move(handler)});
}

std::optional<disk_job> journal::to_look_up() {
    for (std::size_t i = 0; i < look_ups_.size(); ++i) {
        auto entry = kept_.find(look_ups_[i].id);
        switch (entry.where) {
        case history::presence::under_way:
            continue;
        case history::presence::waiting: {
            auto const asked = std::move(look_ups_[i]);
            look_ups_.erase(look_ups_.begin() + static_cast<std::ptrdiff_t>(i--));
            asked.handler(kept_.decode(entry.bytes, entry.salt));
            continue;
        }
        case history::presence::absent: {
            if (keeping_.contains(look_ups_[i].id)) continue;
            auto const gone = std::move(look_ups_[i]);
            look_ups_.erase(look_ups_.begin() + static_cast<std::ptrdiff_t>(i--));
            gone.handler(make_error_code(journal_errc::not_kept));
            continue;
        }
        case history::presence::written:
            look_up_out_ = std::move(look_ups_[i]);
            look_ups_.erase(look_ups_.begin() + static_cast<std::ptrdiff_t>(i));
            return disk_job{std::move(entry.job), 0};
        }
    }
    return std::nullopt;
}

void journal::done(look_up_job& job, disk_result& result, instant) {
    auto const waiting = std::move(*look_up_out_);
    look_up_out_.reset();
    if (result.error) return waiting.handler(result.error);
    auto found = kept_.decode(result.record, job.salt);
    waiting.handler(std::move(found));
}

} // namespace sluice::queue
