// The answer of a call that waited for the end of its task: the destination's own on /in, the
// mapped variables of a webhook, the outcome of a task; a 502 where the delivery has failed.
// Made on the connection's thread; values.
#pragma once

#include "gateway/intake/accepted.hpp"
#include "gateway/tables/keyed_call.hpp"
#include "queue/core/task_details.hpp"
#include "queue/dispatch/port.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::intake {

// What the answer needs to know about the call.
struct waited_call {
    accepted_call call; // its `rest` points into `rest`
    std::string rest;
    std::string durability;
    std::optional<tables::call_key> key; // of the call: then what it is told is kept

    void keep(std::string_view text) {
        rest = text;
        call.rest = rest;
    }
};

// What the call is answered when the task has ended. A coded body goes as it came to whoever
// accepts its coding.
tables::kept_answer ended_answer(waited_call const& of, queue::final_outcome const& how,
                                 std::string_view accept_encoding);

// The time is over, or the call may not wait any longer: the usual 202.
tables::kept_answer waited_in_vain_answer(server::exchange& on, waited_call const& of);

// How a task that has ended is remembered, for a call that is repeated and was never told an answer
// that is kept: cut off by a crash, gone before the end, or too long. Nothing where that is not
// enough: the task is still alive, what the destination said was too long, or its Content-Type
// counts, which is not remembered.
std::optional<queue::final_outcome> remembered_outcome(queue::task_details const& task,
                                                       accepted_kind kind);

} // namespace sluice::gateway::intake
