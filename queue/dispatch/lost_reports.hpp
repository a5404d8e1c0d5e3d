// Watches replay for ends whose report is not in the journal: it was to be written ahead of them,
// in the same batch, but a torn batch may have kept the end alone. On the stack of `recover`.
#pragma once

#include "queue/core/engine.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <optional>
#include <utility>

namespace sluice::queue {

class lost_reports {
  public:
    // Before `r` is applied. `report`: what should report it, where it is an end to be reported.
    void see(record const& r, std::optional<new_task>&& report, engine const& state) {
        if (auto const* const task = std::get_if<accepted>(&r)) missing_.erase(task->task.id);
        // A report stands ahead of its end, so it is still waiting now; or it was copied forward,
        // and is met later on.
        if (report && !state.find(report->id)) missing_.emplace(report->id, std::move(*report));
    }

    template <class Take>
    void for_each(Take&& take) {
        for (auto& [id, report] : missing_)
            take(std::move(report));
        missing_.clear();
    }

  private:
    boost::unordered_flat_map<task_id, new_task, task_id_hash> missing_;
};

} // namespace sluice::queue
