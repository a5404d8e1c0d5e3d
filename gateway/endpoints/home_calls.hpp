// Calls with an order key that other gateways of the cluster forward here, because this one is the
// key's home: taken as if they had come here. Whoever gets here has been let in by the gateway that
// forwards. Owns what its thread's endpoints work with; made, used and destroyed on that thread.
#pragma once

#include "gateway/endpoints/tasks.hpp"
#include "gateway/intake/context.hpp"
#include "gateway/intake/submitter.hpp"
#include "gateway/server/exchange.hpp"
#include "gateway/telemetry/label_table.hpp"

#include <cstdint>
#include <memory>

namespace sluice::gateway::endpoints {

class home_calls {
  public:
    home_calls(intake::context&& with, telemetry::label_table& labels);

    // Calls from now on go by this configuration.
    void use(std::shared_ptr<plan::resolved_configuration const> current) {
        with_.current = std::move(current);
    }

    // The path of `on` is that of the call: POST /v1/tasks or /v1/tasks:batch; anything else is
    // 404.
    void handle(server::exchange& on, tasks::forwarded const& by);
    void on_replied(server::exchange const& on, unsigned status);

  private:
    intake::context with_;
    intake::submitter hands_;
    tasks tasks_;
    std::uint32_t one_label_;
    std::uint32_t batch_label_;
};

} // namespace sluice::gateway::endpoints
