#include "queue/core/task.hpp"

namespace sluice::queue {

std::string_view to_string(task_state s) {
    switch (s) {
    case task_state::scheduled:
        return "scheduled";
    case task_state::ready:
        return "ready";
    case task_state::in_flight:
        return "in_flight";
    case task_state::retry_wait:
        return "retry_wait";
    case task_state::delivered:
        return "delivered";
    case task_state::dead:
        return "dead";
    case task_state::cancelled:
        return "cancelled";
    case task_state::expired:
        return "expired";
    }
    return "unknown";
}

} // namespace sluice::queue
