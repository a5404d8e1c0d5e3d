// How each destination did in the last minute, and what went wrong there last. Fed on the core's
// thread, about once a second and by each failure; read there.
#pragma once

#include "gateway/telemetry/core_metrics.hpp"
#include "queue/core/outcome.hpp"
#include "queue/core/time.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::admin {

struct lane_reading {
    std::uint64_t attempts = 0; // that ended in the last minute
    std::uint64_t delivered = 0;
    struct error {
        queue::wall_time at{};
        std::string text; // without secrets and numbers
    };
    std::optional<error> last_error;
};

class lane_pulse {
  public:
    void on_failure(std::string_view destination, queue::outcome const& why, queue::wall_time at);
    // Looks at the counters every ten seconds.
    void tick(telemetry::core_metrics const& from, queue::mono_time now);
    lane_reading of(std::string_view destination) const;

    static constexpr std::chrono::seconds step{10};
    static constexpr std::size_t steps = 6; // a minute

  private:
    struct totals {
        std::uint64_t attempts = 0;
        std::uint64_t delivered = 0;
    };
    struct course {
        std::array<totals, steps> before; // the totals of the last steps, the oldest at `next_`
        telemetry::lane_counters const* now = nullptr; // lives as long as the counters do
        std::optional<lane_reading::error> last_error;
    };
    static totals totals_of(telemetry::lane_counters const& from);

    std::map<std::string, course, std::less<>> courses_;
    std::size_t next_ = 0;
    queue::mono_time looked_at_{};
};

} // namespace sluice::gateway::admin
