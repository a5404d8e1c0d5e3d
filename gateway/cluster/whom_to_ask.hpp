// Which gateways of a cluster are asked, and in which order. Pure decisions over a view of the
// cluster; any thread.
#pragma once

#include "queue/core/task_id.hpp"
#include "queue/postgres/members.hpp"

#include <string>
#include <vector>

namespace sluice::gateway::cluster {

struct asked_member {
    std::string name;
    std::uint32_t log = 0;
    std::string address; // address:port of its internal listener
    bool is_self = false;
};

struct asking_plan {
    // One after the other; those of a round at the same time.
    std::vector<std::vector<asked_member>> rounds;
    // Names of gateways that hold tasks and cannot be asked: they are down, and nobody has taken
    // over what they held. What nobody else has may be theirs.
    std::vector<std::string> missing;
};

// For a task that this gateway does not have: first the gateway whose log the id names, or, where
// that was adopted, those whose logs hold its slices; then all others.
asking_plan plan_for_task(queue::postgres::members_view const& seen, queue::task_id id);

// For what all have a part of: all of them, this one too.
asking_plan plan_for_all(queue::postgres::members_view const& seen);

} // namespace sluice::gateway::cluster
