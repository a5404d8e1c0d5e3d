// The way of events from the core to those who listen. On the core's thread it is the queue's
// observer: it counts and logs as events_observer does and, while somebody listens, writes each
// event down for the admin thread. What waits is bounded: events beyond it are counted and told as
// missed. The last events that are out of the ordinary are kept for who comes later: while nobody
// listens a delivery costs one branch.
#pragma once

#include "gateway/admin/event_hub.hpp"
#include "gateway/admin/lane_pulse.hpp"
#include "gateway/telemetry/events_observer.hpp"
#include "queue/dispatch/port.hpp"

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace sluice::gateway::admin {

class event_feed final : public telemetry::events_observer {
  public:
    // All must outlive the feed.
    event_feed(telemetry::core_metrics& metrics, telemetry::log& lines, queue::clock const& clock,
               queue::names const& table)
        : events_observer(metrics, lines, clock)
        , metrics_(metrics)
        , clock_(clock)
        , names_(table) {}

    // Where events go: `deliver` runs it on the admin thread and comes back to the core's thread
    // with `flush` when that is done. Before the queue starts.
    using batch = std::vector<event>;
    using courier = std::function<void(batch&& events, std::uint64_t missed)>;
    void connect(courier deliver) { deliver_ = std::move(deliver); }

    // --- the core's thread ----------------------------------------------------------------------
    void listen(bool is_wanted);
    // The courier is back: the next batch may go.
    void flush();
    // About once a second.
    void tick();
    // The last events but successful attempts, deliveries and synced batches, the oldest first.
    batch recent() const { return {recent_.begin(), recent_.end()}; }
    // How a destination is doing.
    lane_reading pulse_of(std::string_view destination) const { return pulse_.of(destination); }

    void on_attempt_ended(attempt_ended const& event) override;
    void on_task_finished(task_finished const& event) override;
    void on_lane_changed(queue::lane_id lane, std::string_view what, std::string_view why) override;
    void on_dead_dropped(std::uint64_t count) override;
    void on_batch_synced(batch_synced const& event) override;
    void on_storage_failed(std::string_view operation, boost::system::error_code ec) override;
    void on_clock_stepped(std::chrono::milliseconds by) override;

    static constexpr std::size_t most_waiting = 2048;     // events
    static constexpr std::size_t most_kept_a_second = 64; // of the recent ones: each is written out

  private:
    enum class worth : bool { told, kept };
    // Calls `write(text, now)` and keeps what it wrote, where somebody listens and there is room,
    // or where it is worth it.
    template <class Write>
    void add(event_kind kind, std::optional<queue::lane_id> lane, worth how, Write&& write);

    telemetry::core_metrics const& metrics_;
    queue::clock const& clock_;
    queue::names const& names_;
    lane_pulse pulse_;
    courier deliver_;
    bool is_listening_ = false;
    bool is_courier_out_ = false;
    batch waiting_;
    std::deque<event> recent_;
    std::size_t kept_this_second_ = 0;
    std::uint64_t missed_ = 0;
    std::uint64_t number_ = 0;
    std::string scratch_;
};

} // namespace sluice::gateway::admin
