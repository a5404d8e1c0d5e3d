// What a task was received as and what is sent for it, as an operator sees them: without secrets,
// and without bodies and numbers where no token says who looks. Appends JSON; admin thread.
#pragma once

#include "gateway/delivery/destination_plan.hpp"
#include "gateway/plan/resolved_configuration.hpp"
#include "queue/core/task_contents.hpp"

#include <string>

namespace sluice::gateway::admin {

struct contents_view {
    plan::resolved_configuration const& current;
    delivery::plan_table const& plans; // of `current`
    queue::wall_time now{};
    bool shows_bodies = false;
};

// Members for the object that describes the task, each with a comma before it:
// "received":{"method","url","headers":{…},"body"|"body_base64","size","is_cut","kept_by"} or null
// where the task came with no request that is known; a body that was coded is shown decoded, with
// "decoded_from", and one that cannot be shown without its secrets is null, with "not_shown";
// "sent" (after an attempt: "rendered_again" is true) or "would_send":
// {"method","url","headers":{…},"body"|"body_base64","batch"}, or
// {"problem"} where it can be written no longer. A body that is not shown is null.
void append_contents(std::string& out, queue::task_contents const& task, contents_view const& with);

} // namespace sluice::gateway::admin
