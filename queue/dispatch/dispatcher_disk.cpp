// What the dispatcher is told by the journal, and the way to a clean end.
#include "queue/core/error.hpp"
#include "queue/dispatch/dispatcher.hpp"

#include <utility>

namespace sluice::queue {

void dispatcher::on_committed(committed_batch const& batch) {
    auto const now = clock_.now();
    waiting_.commit(batch,
                    [&](commit_line::waiting_task&& task) { take_new_task(std::move(task), now); });
    events_.on_batch_synced({batch.last - batch.first + 1, batch.bytes, batch.duration});
    admit_twins(now);
}

void dispatcher::on_refused(sequence first, sequence last) {
    waiting_.refuse(first, last, [this](commit_line::waiting_task&& task) {
        engine_.abandon({&task.what.task, 1});
        if (!task.answer.from) return postponed_reports_.push_back(std::move(task.what.task));
        watchers_.erase(task.what.task.id);
        if (task.answer.handler) {
            task.answer.from->answer(task.answer.handler, {errc::disk_full, {}});
        }
    });
    admit_twins(clock_.now());
}

void dispatcher::on_failed(std::string_view operation, boost::system::error_code ec) {
    events_.on_storage_failed(operation, ec);
    waiting_.fail(errc::outcome_unknown, [](commit_line::waiting_task&& task) {
        if (task.answer.handler) {
            task.answer.from->answer(task.answer.handler, {errc::outcome_unknown, {}});
        }
    });
    admit_twins(clock_.now());
    if (auto const tell = std::exchange(tell_fatal_, nullptr)) tell();
}

std::optional<accepted> dispatcher::snapshot(task_id id, std::uint32_t segment) {
    return engine_.snapshot(id, segment);
}

void dispatcher::moved(task_id id, location to) {
    engine_.moved(id, to);
}

void dispatcher::append_lanes(std::vector<lane_changed>& out) {
    auto const now = clock_.now();
    for (std::size_t i = 0; i < names_.lanes.size(); ++i) {
        auto const view = engine_.view(static_cast<lane_id>(i));
        auto const gate = engine_.pace(view.lane, now);
        if (!view.is_paused && !view.is_disabled && !gate.gate_until) continue;
        lane_changed change;
        change.lane = view.lane;
        change.is_paused = view.is_paused;
        change.is_disabled = view.is_disabled;
        change.by = view.by;
        change.at = now.wall;
        change.gate_until = gate.gate_until.value_or(wall_time{});
        change.gate_by = gate.gate_by;
        out.push_back(std::move(change));
    }
}

// --- the end ------------------------------------------------------------------------------------

void dispatcher::drain(std::function<void()> done) {
    is_draining_ = true;
    tell_drained_ = std::move(done);
    wake();
}

void dispatcher::go_on_draining() {
    if (!tell_drained_) return;
    for (auto const& each : ports_) {
        if (each->in_flight_ > 0) return;
    }
    if (held_attempts_ > 0 || reads_ > 0 || !waiting_.is_empty()) return;
    if (!std::exchange(has_closed_, true)) {
        journal_.close();
        start_jobs(clock_.now());
    }
    if (!journal_.is_closed()) return;
    std::exchange(tell_drained_, nullptr)();
}

} // namespace sluice::queue
