// One try of one task, as the engine hands it out and takes it back.
#pragma once

#include "queue/core/task.hpp"

namespace sluice::queue {

// One HTTP try, as the engine hands it out.
struct attempt {
    task_id id;
    lane_id lane{};
    account_id account{};
    std::uint32_t number = 1; // 1 for the first
    std::uint32_t slot = 0;   // the engine's own handle; opaque
    wall_time due{};          // when it was to be sent; lateness = now - due
    wall_time not_before{};
    wall_time accepted_at{};
    wall_time rendered_at{};           // for lanes that pin it; else the epoch
    bool is_render_time_new = false;   // a `started` record with it must be journalled first
    bool may_be_taken_already = false; // an earlier attempt may have been acted on
    bool is_watched = false; // somebody waits for the answer: outcome::response is to be whole
    location where;          // of the payload, when it is not in memory
    shared_bytes payload;
    // Tasks that travel in the same request, in no order that means anything; each has its own
    // number, times and payload, the rest is this one's.
    std::vector<attempt> companions;
    std::uint64_t batch = 0;   // with companions: names the batch, the same in each of its attempts
    bool is_batch_new = false; // `started` records that name it must be journalled first
};

} // namespace sluice::queue
