// The keys by which a call's tasks are known again. Pure.
#pragma once

#include "queue/core/task.hpp"

#include <span>

namespace sluice::queue {

// Calls `visit(key, is_content)` for each key that the tasks bring, until it returns false.
template <class Visit>
void for_each_key(std::span<new_task const> tasks, Visit&& visit) {
    for (new_task const& task : tasks) {
        if (!task.extras) continue;
        if (auto const& own = task.extras->idempotency; own && !visit(*own, false)) return;
        if (auto const& content = task.extras->content; content && !visit(*content, true)) return;
    }
}

// One look at the pointer of each task, and no more for those without.
inline bool has_keys(std::span<new_task const> tasks) {
    for (new_task const& task : tasks) {
        if (task.extras && (task.extras->idempotency || task.extras->content)) return true;
    }
    return false;
}

} // namespace sluice::queue
