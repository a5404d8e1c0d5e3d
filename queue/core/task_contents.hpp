// A task with what it carries, copied out of the core for whoever looks into it. Plain values; the
// payload is shared.
#pragma once

#include "queue/core/task_details.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace sluice::queue {

struct task_contents {
    task_details details;
    lane_id lane{};
    account_id account{};
    shared_bytes payload; // not in memory: it cannot be read back
    std::string order_key;
    std::optional<std::array<std::uint8_t, 16>> key; // idempotency::key of the caller's
    std::uint64_t batch = 0;
    wall_time rendered_at{};
};

} // namespace sluice::queue
