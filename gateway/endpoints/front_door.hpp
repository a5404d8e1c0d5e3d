// The public listener's handler on one I/O thread: finds the endpoint for a path and lets it
// answer. Owns the thread's context and endpoints; made, used and destroyed on that thread.
#pragma once

#include "gateway/endpoints/agent_calls.hpp"
#include "gateway/endpoints/in_route.hpp"
#include "gateway/endpoints/links.hpp"
#include "gateway/endpoints/tasks.hpp"
#include "gateway/endpoints/users.hpp"
#include "gateway/intake/context.hpp"
#include "gateway/intake/submitter.hpp"
#include "gateway/server/handler.hpp"
#include "gateway/telemetry/label_table.hpp"
#include "gateway/webhooks/outbound_calls.hpp"
#include "gateway/webhooks/webhook_calls.hpp"

#include <cstdint>
#include <memory>

namespace sluice::gateway::endpoints {

class front_door final : public server::handler {
  public:
    // `labels` is where the metrics' route labels come from.
    front_door(intake::context&& with, telemetry::label_table& labels);

    // Requests from now on go by this configuration.
    void use(std::shared_ptr<plan::resolved_configuration const> current) {
        with_.current = std::move(current);
    }

    // Refuses what needs no body to be refused, so that a large one is not read for nothing.
    void on_header(server::exchange& on) override;
    void handle(server::exchange& on) override;
    void on_replied(server::exchange const& on, unsigned status) override;

  private:
    struct labels {
        std::uint32_t tasks, batch, webhooks, documented_path, outbound, outbound_dialer;
    };

    void handle_v1(server::exchange& on);
    void handle_task(server::exchange& on, std::string_view rest);
    void handle_collection(server::exchange& on);
    void handle_link(server::exchange& on, std::string_view code);
    void handle_user(server::exchange& on, std::string_view rest);

    intake::context with_;
    labels labels_;
    intake::submitter hands_;
    proxy proxy_;
    tasks tasks_;
    links links_;
    users users_;
    agent_calls agents_;
    webhooks::webhook_calls webhooks_;
    webhooks::outbound_calls outbound_;
};

} // namespace sluice::gateway::endpoints
