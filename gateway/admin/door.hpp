// The admin listener's handler: health, metrics, the interface's description, the console, and the
// admin calls. Lives on the main thread beside the signals, away from the path of the calls.
#pragma once

#include "gateway/admin/calls.hpp"
#include "gateway/server/handler.hpp"
#include "gateway/telemetry/health.hpp"

#include <functional>
#include <span>
#include <string>

namespace sluice::gateway::admin {

// Whether the admin listener answers to this Host: an address, localhost, or one of `names`, each
// with or without a port. A page of another site that a browser was led here by a name of its own
// (DNS rebinding) has that name in Host. Without one (HTTP/1.0) it answers.
bool is_own_host(std::string_view host, std::span<std::string const> names);
// The same of a call: false where it was refused, with 421.
bool admit_host(server::exchange& on, std::span<std::string const> names);

// A report as /livez and /readyz answer it: text, or JSON for who accepts that.
void reply_health(server::exchange& on, telemetry::health_report const& report);

class door final : public server::handler {
  public:
    // Where the answers come from. `metrics` and `health` may answer later, on this thread.
    struct sources {
        std::function<void(std::function<void(std::string)>)> metrics;
        std::function<void(std::function<void(telemetry::health_inputs const&)>)> health;
    };
    door(sources from, context&& with, event_feed& feed)
        : from_(std::move(from))
        , current_(with.current)
        , calls_(std::move(with), feed) {}

    void handle(server::exchange& on) override;
    void on_replied(server::exchange const& on, unsigned status) override {
        calls_.log_change(on, status);
    }
    // The calls under /v1/, for whoever lets callers in by another door.
    calls& operators() { return calls_; }
    // Ends the streams of events: a listener never does.
    void stop() { calls_.stop(); }

  private:
    // Takes the base path away; false where the request was answered.
    bool enter_base(server::exchange& on);
    bool show_page(server::exchange& on);
    void show_metrics(server::exchange& on);
    void show_health(server::exchange& on, bool is_live_check);

    sources from_;
    std::function<std::shared_ptr<plan::resolved_configuration const>()> current_;
    calls calls_;
};

} // namespace sluice::gateway::admin
