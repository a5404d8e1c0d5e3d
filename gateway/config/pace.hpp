// What the file says about the pace of calls and deliveries, where the queue's own values
// (queue/core/lane_options.hpp) say it otherwise or not at all. Values only; the arithmetic is the
// queue's.
#pragma once

#include "queue/core/lane_options.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

namespace sluice::gateway::config {

// The Standard Webhooks ladder: 5s 5m 30m 2h 5h 10h 14h 20h 24h.
std::vector<std::chrono::milliseconds> standard_webhooks_schedule();

// What holds where a table has no `retry`: that ladder and ten attempts. The queue's own default,
// an empty schedule, is exponential backoff.
queue::retry_options default_retry();

// Of a destination whose table says nothing about its pace.
queue::lane_options default_pace();

// So many in a period, with so many at once.
struct rate_limit {
    std::uint64_t count = 0;
    std::chrono::milliseconds period = std::chrono::seconds(1);
    std::uint64_t burst = 1;

    friend bool operator==(rate_limit const&, rate_limit const&) = default;
};

} // namespace sluice::gateway::config
