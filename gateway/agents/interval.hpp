// Intervals of time, and the part of a break that lies in one. Values; any thread.
#pragma once

#include "gateway/tables/agent.hpp"
#include "queue/core/time.hpp"

#include <chrono>
#include <optional>

namespace sluice::gateway::agents {

// From `start` up to and without `end`.
struct interval {
    queue::wall_time start;
    queue::wall_time end;

    bool operator==(interval const&) const = default;
};

// Whole seconds between the two ends, each cut to its second: the pieces of an interval that is
// split at whole seconds always add up to the whole.
std::chrono::seconds length_of(interval const& span);

// The part of a break that lies in `window`; an open break lasts until `now`. A break of no length
// lies in the window that it stands in. Nothing where no part does.
std::optional<interval> clip(tables::agent_break const& from, interval const& window,
                             queue::wall_time now);

} // namespace sluice::gateway::agents
