// Makes the report (callback) about a task that has ended: a task in the lane of its account's
// reports, whose body is the task as `GET /v1/tasks/{id}` shows it. Core's thread, and the main
// thread while the journal is read back.
#pragma once

#include "gateway/plan/resolved_configuration.hpp"
#include "queue/core/names.hpp"
#include "queue/dispatch/outcome_reporter.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace sluice::gateway::delivery {

// What task_extras::callback says where the account's own `callback` is meant; else it is the
// JSON object {"url":"…"} or {"url":"…","secret":"…"}.
inline constexpr std::string_view callback_of_account = "account";

class callback_reporter final : public queue::outcome_reporter {
  public:
    // The core's names.
    explicit callback_reporter(queue::names& names)
        : names_(names) {}

    void use(std::shared_ptr<plan::resolved_configuration const> current) {
        current_ = std::move(current);
    }

    // Always one: where the configuration no longer has the account it waits in the account's lane
    // until it does, as tasks of a destination do that is gone.
    std::optional<queue::new_task> make_report(queue::task_details const& ended,
                                               queue::account_id account, std::string_view callback,
                                               queue::task_id id) const override;

  private:
    queue::lane_id lane_of_reports(queue::task_details const& ended,
                                   queue::account_id account) const;

    queue::names& names_;
    std::shared_ptr<plan::resolved_configuration const> current_;
};

// {"type":"task.delivered",…}: the members of append_task behind the type, "task.dead",
// "task.cancelled" or "task.expired".
std::string report_body(queue::task_details const& ended);

} // namespace sluice::gateway::delivery
