// The public listener's handler on one I/O thread: finds the route of a call in the table, lets its
// endpoint answer, and refuses where that says so. Owns the thread's context and endpoints; made,
// used and destroyed on that thread.
#pragma once

#include "gateway/endpoints/call_log.hpp"
#include "gateway/endpoints/endpoint_set.hpp"
#include "gateway/endpoints/routes.hpp"
#include "gateway/intake/context.hpp"
#include "gateway/server/handler.hpp"
#include "gateway/telemetry/label_table.hpp"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

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
    call::found_route<route> find(server::request const& req) const;
    void refuse_unrouted(server::exchange& on);

    intake::context with_;
    std::vector<std::uint32_t> labels_; // of the routes, by their places in the table
    std::string_view first_prefix_;     // what the paths of the first route begin with
    endpoint_set to_;
    call_log said_;
};

} // namespace sluice::gateway::endpoints
