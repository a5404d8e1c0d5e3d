// The admin listener's handler: health, metrics, the interface's description, the console, and the
// admin calls. Lives on the main thread beside the signals, away from the path of the calls.
#pragma once

#include "gateway/admin/calls.hpp"
#include "gateway/server/handler.hpp"
#include "gateway/telemetry/health.hpp"

#include <functional>
#include <string>

namespace sluice::gateway::admin {

class door final : public server::handler {
  public:
    // Where the answers come from. `metrics` and `health` may answer later, on this thread.
    struct sources {
        std::function<void(std::function<void(std::string)>)> metrics;
        std::function<void(std::function<void(telemetry::health_inputs const&)>)> health;
    };
    door(sources from, context&& with, event_feed& feed)
        : from_(std::move(from))
        , calls_(std::move(with), feed) {}

    void handle(server::exchange& on) override;
    // Ends what would never end by itself.
    void stop() { calls_.stop(); }

  private:
    bool show_page(server::exchange& on);
    void show_metrics(server::exchange& on);
    void show_health(server::exchange& on, bool is_live_check);

    sources from_;
    calls calls_;
};

} // namespace sluice::gateway::admin
