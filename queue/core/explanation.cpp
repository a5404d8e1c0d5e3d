#include "queue/core/explanation.hpp"

namespace sluice::queue {

std::string_view to_string(hold_reason r) {
    switch (r) {
    case hold_reason::paused:
        return "paused";
    case hold_reason::disabled:
        return "disabled";
    case hold_reason::breaker_open:
        return "breaker_open";
    case hold_reason::rate:
        return "rate";
    case hold_reason::concurrency:
        return "concurrency";
    case hold_reason::permits:
        return "permits";
    case hold_reason::retry_after:
        return "retry_after";
    case hold_reason::retry_budget:
        return "retry_budget";
    case hold_reason::order_key:
        return "order_key";
    case hold_reason::not_due:
        return "not_due";
    case hold_reason::not_configured:
        return "not_configured";
    }
    return "unknown";
}

} // namespace sluice::queue
