// The seam to whoever tells callers how their tasks ended. A report is a task of its own: the
// dispatcher puts it into the same batch as the end that it reports, ahead of it, and replay makes
// those that are missing, so that a crash in between loses none. Core's thread only.
#pragma once

#include "queue/core/task.hpp"
#include "queue/core/task_details.hpp"

#include <optional>

namespace sluice::queue {

class outcome_reporter {
  public:
    // The task that reports `ended`, a task of `account` that was to be told to
    // task_extras::callback = `callback`. Its id is `id`, and it must not ask for a report itself.
    // Nothing when nobody can be told. Must give the same for the same arguments: replay asks
    // again.
    virtual std::optional<new_task> make_report(task_details const& ended, account_id account,
                                                std::string_view callback, task_id id) const = 0;

  protected:
    ~outcome_reporter() = default;
};

} // namespace sluice::queue
