// The reports of how tasks ended: tasks of the queue's own, as durable as the ends they report.
// A report is put into the journal ahead of its end, in the same batch. What the disk has no room
// for waits here; what a torn batch or a crash took away, replay makes anew. Owned by the
// dispatcher; core's thread.
#pragma once

#include "queue/core/engine.hpp"
#include "queue/dispatch/outcome_reporter.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <deque>
#include <optional>
#include <utility>

namespace sluice::queue {

class end_reports {
  public:
    explicit end_reports(names const& table)
        : names_(table) {}

    // Without a maker nothing is reported.
    void set_maker(outcome_reporter const* maker) { maker_ = maker; }

    // What reports this end of `task`, which must not be applied yet. Nothing where nobody asked.
    std::optional<new_task> about(task_view const& task, finished const& end) const;
    // The same, and nothing where `state` has that report: a power cut may have kept it without the
    // end behind it, and the task ends again in the same millisecond.
    std::optional<new_task> missing_about(task_view const& task, finished const& end,
                                          engine const& state) const;
    // The same in little room, for a disk that is nearly full: how it ended and the last attempt,
    // without what was answered.
    std::optional<new_task> briefly_about(task_view const& task, finished const& end) const;

    // There was no room, not even what had been kept back: kept until `retry` finds some.
    void postpone(new_task&& report) { postponed_.push_back(std::move(report)); }
    // While any waits new work must not take the room that it waits for.
    bool has_postponed() const { return !postponed_.empty(); }
    // Gives the postponed ones, in order, to `append` until it returns false, which must leave the
    // report as it was.
    template <class Append>
    void retry(Append&& append) {
        while (!postponed_.empty() && append(postponed_.front()))
            postponed_.pop_front();
    }

    // --- replay ---------------------------------------------------------------------------------
    // Each record, before it is applied to `state`.
    void see(record const& r, engine const& state);
    // Puts off those whose report was not met, but for those that the history knows.
    template <class IsKept>
    void end_replay(IsKept&& is_kept) {
        for (auto& [id, report] : missing_) {
            bool const was_made = is_kept(id) || is_kept(other_report_of(id));
            if (!was_made) postpone(std::move(report));
        }
        missing_.clear();
    }

  private:
    std::optional<new_task> make(task_view const& task, finished const& end,
                                 task_details const& ended) const;

    names const& names_;
    outcome_reporter const* maker_ = nullptr;
    std::deque<new_task> postponed_;
    boost::unordered_flat_map<task_id, new_task, task_id_hash> missing_; // of replay
};

} // namespace sluice::queue
