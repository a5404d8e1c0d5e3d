// The admin listener's handler: health, metrics and the interface's description. Lives on the main
// thread beside the signals, away from the path of the calls.
#pragma once

#include "gateway/server/handler.hpp"
#include "gateway/telemetry/health.hpp"

#include <functional>
#include <string>

namespace sluice::gateway::api {

class admin final : public server::handler {
  public:
    // Where the answers come from. `metrics` and `health` may answer later, on this thread.
    struct sources {
        std::function<void(std::function<void(std::string)>)> metrics;
        std::function<void(std::function<void(telemetry::health_inputs const&)>)> health;
    };
    explicit admin(sources from)
        : from_(std::move(from)) {}

    void handle(server::exchange& on) override;

  private:
    void show_metrics(server::exchange& on);
    void show_health(server::exchange& on, bool is_live_check);

    sources from_;
};

} // namespace sluice::gateway::api
