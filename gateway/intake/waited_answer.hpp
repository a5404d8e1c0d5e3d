// The answer of a call that waited for the end of its task: the destination's own on /in, the
// mapped variables of a webhook, the outcome of a task; a 502 where the delivery has failed.
// Answers on the connection's thread.
#pragma once

#include "gateway/intake/accepted.hpp"
#include "queue/core/task_details.hpp"
#include "queue/dispatch/port.hpp"

#include <string>
#include <string_view>

namespace sluice::gateway::intake {

// What the answer needs to know about the call.
struct waited_call {
    accepted_call call; // its `rest` points into `rest`
    std::string rest;
    std::string durability;

    void keep(std::string_view text) {
        rest = text;
        call.rest = rest;
    }
};

// The task has ended.
void reply_ended(server::exchange& on, waited_call const& of, queue::final_outcome const& how);

// The time is over, or the call may not wait any longer: the usual 202.
void reply_waited_in_vain(server::exchange& on, waited_call const& of);

// How a task that has ended is remembered, for a call that is repeated; nothing where that is not
// enough for the answer: the task is still alive, or what the destination said was too long.
std::optional<queue::final_outcome> remembered_outcome(queue::task_details const& task,
                                                       accepted_kind kind);

} // namespace sluice::gateway::intake
