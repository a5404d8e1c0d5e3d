// A part of what a dead member of the cluster left, on its way into this gateway's log. Names stand
// for lanes and accounts, because numbers are each gateway's own.
#pragma once

#include "queue/core/record.hpp"
#include "queue/journal/journal_job.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sluice::queue {

struct foreign_task {
    accepted what; // with its payload; `where` means nothing here
    std::string lane;
    std::string account;
    std::optional<finished> end; // of a finished task, for the history
};

struct foreign_slice {
    adopted_slice mark;
    std::vector<foreign_task> tasks;
};

// How a lane of the dead member stood: paused, disabled, its gate closed.
struct foreign_lane {
    lane_changed what;
    std::string lane;
};

} // namespace sluice::queue
