// What happened, told to whoever wants to know. The queue never logs: telemetry turns an event
// into a line and some counters. Called on the core's thread; must not block or call back.
#pragma once

#include "queue/core/names.hpp"
#include "queue/core/outcome.hpp"
#include "queue/core/task.hpp"

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <string_view>

namespace sluice::queue {

class observer {
  public:
    virtual ~observer() = default;

    struct attempt_ended {
        task_id id;
        lane_id lane{};
        std::uint32_t number = 0;
        queue::outcome const& outcome;
        std::chrono::milliseconds lateness{0}; // of the attempt's start against its due time
    };
    struct task_finished {
        task_id id;
        lane_id lane{};
        account_id account{};
        task_state state{};
        std::uint32_t attempts = 0;
        std::chrono::milliseconds age{0}; // since not_before
        std::string_view reason;
        bool has_callback = false;
        std::chrono::milliseconds life{0}; // since it was accepted
    };
    struct batch_synced {
        std::uint64_t records = 0;
        std::uint64_t bytes = 0;
        std::chrono::microseconds duration{0};
    };

    virtual void on_attempt_ended(attempt_ended const&) {}
    virtual void on_task_finished(task_finished const&) {}
    virtual void on_lane_changed(lane_id, std::string_view /*what*/, std::string_view /*why*/) {}
    // Dead letters were purged because they had been kept long enough, or were too many.
    virtual void on_dead_dropped(std::uint64_t /*count*/) {}
    virtual void on_batch_synced(batch_synced const&) {}
    // A part of the disk's work failed. Where it is tried again and then succeeds, the second is
    // told once.
    virtual void on_storage_failed(std::string_view /*operation*/, boost::system::error_code) {}
    virtual void on_storage_recovered() {}
    virtual void on_clock_stepped(std::chrono::milliseconds /*by*/) {}
};

} // namespace sluice::queue
