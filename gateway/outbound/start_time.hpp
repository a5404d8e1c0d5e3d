// When a start time that was written into an outbound call can no longer be sent: the outbound API
// takes a time that is past today, but refuses a date that is past. Core's thread.
#pragma once

#include "gateway/plan/resolved_configuration.hpp"
#include "queue/dispatch/dispatcher.hpp"

#include <memory>

namespace sluice::gateway::outbound {

class start_time_policy final : public queue::render_clock {
  public:
    void use(std::shared_ptr<plan::resolved_configuration const> current) {
        current_ = std::move(current);
    }

    // Whether the account's local day at `now` is later than at `rendered`.
    bool is_stale(queue::account_id account, queue::wall_time rendered,
                  queue::wall_time now) const override;

  private:
    std::shared_ptr<plan::resolved_configuration const> current_;
};

} // namespace sluice::gateway::outbound
