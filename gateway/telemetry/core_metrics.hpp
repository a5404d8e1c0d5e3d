// What the core's thread counts about attempts, tasks and the journal. Written on the core's
// thread alone, read by whoever renders metrics. Destinations are numbered by their lane.
#pragma once

#include "gateway/server/counters.hpp"
#include "gateway/telemetry/duration_histogram.hpp"
#include "gateway/telemetry/label_table.hpp"
#include "queue/dispatch/observer.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::telemetry {

using http::counter;

// What an attempt came to, as the label `outcome` tells it.
enum class attempt_outcome : std::uint8_t {
    delivered,
    unmet,    // an answer below 300 that the destination's rules do not call a success
    http_3xx, // redirects are never followed
    http_429,
    http_4xx, // the other ones
    http_5xx,
    render,
    address_not_allowed,
    resolve,
    connect,
    tls,
    timeout,
    cut,
    bad_answer
};
inline constexpr std::size_t attempt_outcome_count =
    static_cast<std::size_t>(attempt_outcome::bad_answer) + 1;
std::string_view to_string(attempt_outcome o);

// `o.cause` is not `stopped`: that is no attempt.
attempt_outcome classify(queue::outcome const& o);

// The counters of one destination.
struct lane_counters {
    std::string const name;
    std::array<counter, attempt_outcome_count> attempts;
    counter retries;                           // Attempts after the first.
    counter dead;                              // Tasks that became dead letters.
    counter changes;                           // Of the lane: breaker, disabled, paused, resumed.
    duration_histogram delivery_duration = {}; // The exchange of the attempt that delivered.
};

class core_metrics {
  public:
    core_metrics() = default;
    ~core_metrics();
    core_metrics(core_metrics const&) = delete;
    core_metrics& operator=(core_metrics const&) = delete;

    // Gives a lane its destination's name. Lanes without one, and from the 1,000th on, are
    // counted as "other". The core's thread.
    void name_lane(queue::lane_id lane, std::string_view name);
    // "other" for a lane without a name. Any thread.
    std::string_view lane_name(queue::lane_id lane) const;

    void on_attempt_ended(queue::observer::attempt_ended const& event);
    void on_task_finished(queue::observer::task_finished const& event);
    void on_lane_changed(queue::lane_id lane);
    void on_batch_synced(queue::observer::batch_synced const& event);
    void on_storage_failed();
    void on_clock_stepped();

    // The counters of every destination that has a name, and of "other". Any thread.
    std::vector<lane_counters const*> lanes() const;

    // Read by render.
    std::array<counter, 4> finished; // delivered, dead, cancelled, expired
    counter batches, batch_records, batch_bytes, storage_failures, clock_steps;
    duration_histogram fsync_duration;      // Write and sync of one batch.
    duration_histogram lateness;            // Start of an attempt against its due time.
    duration_histogram completion_duration; // From not_before until delivered.
    duration_histogram life;                // From acceptance until delivered.

  private:
    lane_counters& counters_of(queue::lane_id lane);

    lane_counters other_{std::string(other_label), {}, {}, {}, {}, {}};
    // Made when a lane gets its name and kept for life, so that readers need no lock.
    std::array<std::atomic<lane_counters*>, series_limit> lanes_{};
};

} // namespace sluice::gateway::telemetry
