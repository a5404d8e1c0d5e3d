// Records: everything that can happen to a task or a lane. They are the only input of
// `engine::apply`, and the journal is nothing but a row of them: restarting is replaying.
#pragma once

#include "queue/core/task.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace sluice::queue {

// A task came in. Also the full state of a task that is copied forward out of an old segment:
// then `attempts`, `state` and `next_attempt_at` say how far it had come.
struct accepted {
    new_task task;
    location where;                           // set when the record is durable, and in replay
    std::uint32_t attempts = 0;               // ended attempts
    task_state state = task_state::scheduled; // scheduled, retry_wait or dead
    wall_time next_attempt_at{};              // for retry_wait
    wall_time finished_at{};                  // for dead
};

// The first attempt of a task is about to be made, with this time rendered into it.
struct started {
    task_id id;
    wall_time rendered_at{};
    std::uint64_t batch = 0; // the tasks that it travels with; 0: alone
};

// What a failed attempt means for tasks that travelled together.
enum class company : std::uint8_t {
    stays,  // as it was: a batch goes again with the same members
    leaves, // was answered by itself and not taken: may join others
    alone   // the batch was refused as a whole: from now on each goes by itself
};

// The answer to an attempt closed the gate of its lane. The lane stands in the record because the
// task's own record may be gone, or come later as a copy, when this one is read back.
struct closed_gate {
    lane_id lane{};
    wall_time until{}; // zero: it closed nothing
    bool is_closed() const { return until != wall_time{}; }
};

// An attempt failed; the next is at `next_attempt_at`.
struct retried {
    task_id id;
    attempt_note note;
    wall_time next_attempt_at{};
    queue::company company = queue::company::stays;
    closed_gate gate{};
};

// A task ended as `state`: delivered, dead, cancelled or expired.
struct finished {
    task_id id;
    task_state state = task_state::delivered;
    wall_time at{};
    attempt_note note;  // number 0: it ended without an attempt
    std::string reason; // of dead and cancelled
    std::string result; // mapped variables, opaque
    closed_gate gate{};
    bool is_adopted = false; // in another gateway's log, which has its report as well
};

// An operator gave a dead task new attempts: dead -> ready, the same task.
struct redriven {
    task_id id;
    wall_time not_before{};
    std::uint64_t order_turn = 0; // behind all that wait with its order key; 0: it has none
    std::string by;               // empty: from before it was written down
};

// An operator threw a dead task away.
struct purged {
    task_id id;
};

// A lane was paused, disabled (410) or resumed, or its breaker opened or closed: says all of how
// the lane stands. Also repeated in a new segment.
struct lane_changed {
    lane_id lane{};
    bool is_paused = false;
    bool is_disabled = false;
    std::string by; // who paused, or what disabled it
    wall_time at{};
    wall_time gate_until{};    // its gate is closed until then; zero: it is open
    std::string gate_by{};     // what closed it
    wall_time breaker_until{}; // its breaker is open, and one task probes then; zero: it is closed
    std::string breaker_by{};  // what opened it
    // Of the switch (paused, disabled, by) in the table that a cluster's gateways share: a lower
    // one says how it stood before. Zero: nobody has moved it since that table is there.
    std::uint64_t version = 0;
};

using record = std::variant<accepted, started, retried, finished, redriven, purged, lane_changed>;

} // namespace sluice::queue
