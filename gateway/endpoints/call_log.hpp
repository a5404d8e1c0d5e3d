// What the log says of calls at the public listener: a warning for those that are refused for want
// of rights or of room, one a second for each reason, and a line for each call where [log] calls
// asks for it. Belongs to one I/O thread.
#pragma once

#include "gateway/config/configuration.hpp"
#include "gateway/server/exchange.hpp"
#include "gateway/telemetry/io_metrics.hpp"
#include "gateway/telemetry/log.hpp"
#include "queue/dispatch/clock.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace sluice::gateway::endpoints {

class call_log {
  public:
    // Both outlive it.
    call_log(telemetry::log& lines, queue::clock const& clock)
        : lines_(lines)
        , clock_(clock) {}

    // For handler::on_replied.
    void on_replied(server::exchange const& on, unsigned status,
                    config::configuration const& settings);

    static constexpr std::chrono::seconds warning_period{1}; // of one reason

  private:
    // Refused for one reason since its last line.
    struct refusals {
        std::optional<queue::mono_time> told_at;
        std::uint64_t count = 0;
        std::string path, address; // of the last one
    };
    void tell(telemetry::refusal_reason why);
    void tell_late_ones();
    void on_refused(server::exchange const& on, telemetry::refusal_reason why,
                    config::configuration const& settings);

    telemetry::log& lines_;
    queue::clock const& clock_;
    std::array<refusals, telemetry::refusal_reason_count> refused_{};
    std::uint64_t untold_ = 0; // refusals that no line has counted yet
};

} // namespace sluice::gateway::endpoints
