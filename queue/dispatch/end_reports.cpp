#include "queue/dispatch/end_reports.hpp"

#include "queue/dispatch/describe_task.hpp"
#include "queue/journal/journal_space.hpp"
#include "queue/journal/record_codec.hpp"

namespace sluice::queue {

std::optional<new_task> end_reports::about(task_view const& task, finished const& end) const {
    if (!maker_ || !asks_for_report(task.extras)) return std::nullopt;
    return make(task, end, details_of(task, end, names_));
}

std::optional<new_task> end_reports::missing_about(task_view const& task, finished const& end,
                                                   engine const& state) const {
    auto report = about(task, end);
    if (!report || state.find(report->id) || state.find(other_report_of(report->id)))
        return std::nullopt;
    return report;
}

std::optional<new_task> end_reports::briefly_about(task_view const& task,
                                                   finished const& end) const {
    if (!maker_ || !asks_for_report(task.extras)) return std::nullopt;
    auto ended = details_of(task, cut_short(end, names_, end_room), names_);
    if (ended.notes.size() > 1) ended.notes.erase(ended.notes.begin(), ended.notes.end() - 1);
    for (auto& last : ended.notes)
        last.response.clear();
    ended.result.clear();
    return make(task, end, ended);
}

std::optional<new_task> end_reports::make(task_view const& task, finished const& end,
                                          task_details const& ended) const {
    return maker_->make_report(ended, task.account, task.extras->callback,
                               report_of(end.id, end.at));
}

void end_reports::see(record const& r, engine const& state) {
    if (auto const* const task = std::get_if<accepted>(&r); task && !missing_.empty()) {
        missing_.erase(task->task.id);
        missing_.erase(other_report_of(task->task.id));
    }
    auto const* const end = std::get_if<finished>(&r);
    auto const task = end && maker_ ? state.find(end->id) : std::nullopt;
    if (!task || end->is_adopted) return;
    // A report stands ahead of its end, so it is still waiting now; or it was copied forward, and
    // is met later on.
    auto report = missing_about(*task, *end, state);
    if (!report) return;
    missing_.emplace(report->id, std::move(*report));
}

} // namespace sluice::queue
