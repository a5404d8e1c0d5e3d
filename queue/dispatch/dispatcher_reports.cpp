// Reports of how tasks ended: tasks of the queue's own, as durable as those that they report.
#include "queue/dispatch/describe_task.hpp"
#include "queue/dispatch/dispatcher.hpp"

namespace sluice::queue {

// Before `end` is applied: the engine forgets the task then.
std::optional<new_task> dispatcher::report_about(finished const& end) const {
    auto const task = engine_.find(end.id);
    if (!task || !task->extras || task->extras->callback.empty()) return std::nullopt;
    auto const details = details_of(*task, end, names_);
    return reports_->make_report(details, task->account, task->extras->callback,
                                 report_of(end.id, end.at));
}

// The caller appends the end next, so that both are in one batch. False, and the report is as it
// was, when the disk has no room for it.
bool dispatcher::append_report(new_task& report, instant now) {
    if (!journal_.reserve(1, report.payload.size())) return false;
    engine_.admit_own(report);
    accepted what;
    what.task = std::move(report);
    record r = std::move(what);
    auto const place = journal_.append_later(r);
    commit_line::waiting_task waiting{
        place.number, place.offset_in_batch, std::move(std::get<accepted>(r)), {}};
    if (journal_.acknowledged() >= place.number) {
        waiting.what.where = journal_.last_location();
        take_new_task(std::move(waiting), now);
    } else {
        waiting_.push(std::move(waiting));
    }
    return true;
}

// Tried once a turn until there is room; what a crash takes from here is made anew by replay.
void dispatcher::append_postponed_reports(instant now) {
    if (journal_.has_failed() || has_closed_) return;
    while (!postponed_reports_.empty() && append_report(postponed_reports_.front(), now)) {
        postponed_reports_.pop_front();
    }
}

} // namespace sluice::queue
