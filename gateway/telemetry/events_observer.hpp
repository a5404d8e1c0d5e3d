// Turns what the queue tells into counters and log lines. Owned by the app, called on the core's
// thread alone; never blocks and never calls the queue back. A failed attempt is a line at debug
// only: each destination that fails gets one summary every ten seconds.
#pragma once

#include "gateway/telemetry/core_metrics.hpp"
#include "gateway/telemetry/log.hpp"
#include "queue/dispatch/clock.hpp"
#include "queue/dispatch/observer.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace sluice::gateway::telemetry {

class events_observer : public queue::observer {
  public:
    // All three must outlive the observer.
    events_observer(core_metrics& metrics, log& lines, queue::clock const& clock)
        : metrics_(metrics)
        , log_(lines)
        , clock_(clock) {}

    void on_attempt_ended(attempt_ended const& event) override;
    void on_task_finished(task_finished const& event) override;
    void on_lane_changed(queue::lane_id lane, std::string_view what, std::string_view why) override;
    void on_dead_dropped(std::uint64_t count) override;
    void on_batch_synced(batch_synced const& event) override;
    void on_storage_failed(std::string_view operation, boost::system::error_code ec) override;
    void on_storage_recovered() override;
    void on_clock_stepped(std::chrono::milliseconds by) override;

    // Writes the summaries that are due. The core calls it about once a second.
    void tick();

    static constexpr std::chrono::seconds summary_period{10};

  private:
    // What failed at one destination since its last summary.
    struct failures {
        queue::mono_time reported_at{};
        std::uint64_t count = 0;
        std::string last; // outcome and detail of the newest one
    };
    void report(queue::lane_id lane, failures& f, queue::mono_time now);

    core_metrics& metrics_;
    log& log_;
    queue::clock const& clock_;
    boost::unordered_flat_map<std::uint32_t, failures> failing_;
};

} // namespace sluice::gateway::telemetry
