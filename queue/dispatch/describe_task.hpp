// Makes task_details from what the engine and the history know. Pure; any thread that may look at
// the arguments.
#pragma once

#include "queue/core/engine.hpp"
#include "queue/core/names.hpp"
#include "queue/core/task_details.hpp"
#include "queue/journal/replay.hpp"

namespace sluice::queue {

task_details details_of(task_view const& task, names const& table); // live or dead
task_details details_of(kept_task const& kept, names const& table); // finished
// A live task as it will look when `end` is applied to it.
task_details details_of(task_view const& task, finished const& end, names const& table);

} // namespace sluice::queue
