// Everything there is to know about one task, live or finished, copied out of the core so that
// another thread can show it. Plain values.
#pragma once

#include "queue/core/explanation.hpp"
#include "queue/core/task.hpp"

#include <string>
#include <vector>

namespace sluice::queue {

struct task_details {
    task_id id;
    task_id group{};
    task_state state{};
    std::string destination;
    std::string account;
    wall_time accepted_at{};
    wall_time not_before{};
    std::optional<wall_time> next_attempt_at; // of scheduled, ready and retry_wait
    std::optional<wall_time> finished_at;
    wall_time expires_at = never;
    std::uint32_t attempts = 0;
    // The newest, oldest first, each with its number among all attempts: what came before a redrive
    // counts, as far as it is kept.
    std::vector<attempt_note> notes;
    std::vector<hold> held; // by what, of one that waits: explanation::reasons, `ahead` left out
    std::string result;     // mapped variables, opaque to the queue
    std::string reason;     // why it is dead, or who cancelled it
    boxed<replayed> replay; // of one that was sent anew
    std::string redriven_by;
};

} // namespace sluice::queue
