// Why a task has not been sent, exactly, and when it will be. The answer of `explain`.
#pragma once

#include "queue/core/lane_pace.hpp"
#include "queue/core/task.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::queue {

enum class hold_reason : std::uint8_t {
    paused,   // by an operator
    disabled, // by a 410, until resumed
    breaker_open,
    rate,          // no token
    concurrency,   // as many in flight as allowed
    permits,       // this gateway holds no part of the destination's limits yet
    retry_after,   // the destination asked for a pause: Retry-After or a RateLimit reset
    retry_budget,  // retries wait for the destination to recover
    order_key,     // an earlier task with the same key is not finished
    not_due,       // not_before or the next attempt's time is ahead
    not_configured // the configuration has no such destination
};
std::string_view to_string(hold_reason r);

struct hold {
    hold_reason kind{};
    std::optional<wall_time> until;       // when it ends by itself, if it does
    std::string by;                       // who or what caused it; may be empty
    std::optional<std::uint64_t> ahead{}; // of retry_budget: retries that go before it
};

struct explanation {
    bool is_known = false;
    task_state state{};
    lane_id lane{};
    std::optional<wall_time> next_attempt_at; // the earliest moment it can go
    std::uint64_t ahead = 0;                  // tasks of the lane that go before it
    std::vector<hold> reasons;                // everything that holds it now
    lane_pace pace;                           // of its lane
};

} // namespace sluice::queue
