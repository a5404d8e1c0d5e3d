// How the gateway has been doing for a day: rates, what waits, percentiles, one row for every few
// seconds of the last quarter of an hour and one for every minute of the last day. In memory, about
// 100 KiB; a restart begins anew. The thread of the admin listener alone.
#pragma once

#include "gateway/telemetry/core_metrics.hpp"
#include "queue/core/time.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice::gateway::telemetry {

// Counters since the start, and gauges as they stand.
struct figure_totals {
    queue::wall_time at{};
    std::uint64_t accepted = 0;
    std::uint64_t delivered = 0;
    std::uint64_t failed = 0; // attempts
    std::uint64_t waiting = 0;
    std::uint64_t dead = 0;
    double oldest_seconds = 0;
    core_metrics const* durations = nullptr;
};

class figures {
  public:
    // What to_json calls the columns, in their order.
    enum class column : std::uint8_t {
        accepted,  // a second
        delivered, // a second
        failed,    // attempts a second
        waiting,
        dead,
        oldest_seconds,
        completion_p50_ms, // from not_before until delivered
        completion_p99_ms,
        life_p50_ms, // from acceptance until delivered
        life_p99_ms,
        lateness_p99_ms, // of attempts
        sync_p99_ms      // of the journal's batches
    };
    static constexpr std::size_t columns = static_cast<std::size_t>(column::sync_p99_ms) + 1;
    static constexpr std::chrono::seconds short_step{5};
    static constexpr std::chrono::seconds long_step{60};
    static constexpr std::chrono::seconds short_span{15 * 60};
    static constexpr std::chrono::seconds long_span{24 * 3600};

    figures();

    // To be called about every short_step.
    void take(figure_totals const& now);
    // {"step_seconds","slot","series":{"accepted":[…],…}}: the last value of each is that of the
    // step `slot`, counted since 1970; null where the gateway did not run. `span` is at most a day.
    std::string to_json(std::chrono::seconds span, queue::wall_time now) const;

  private:
    // A histogram's counts up to some of its bounds.
    using outline = std::vector<std::uint64_t>;
    struct reading {
        figure_totals totals;
        outline completion, life, lateness, sync;
    };
    struct row {
        std::int64_t slot = -1;
        std::array<float, columns> values{};
    };
    // Rows of one step, each at the place of its slot.
    struct ring {
        std::chrono::seconds step{};
        std::vector<row> rows;
        std::optional<reading> before; // at the end of the last row
    };

    static reading read(figure_totals const& now);
    static void take(ring& into, reading const& now);

    ring short_;
    ring long_;
};

} // namespace sluice::gateway::telemetry
