#include "queue/core/outcome.hpp"

namespace sluice::queue {

std::string_view to_string(cause c) {
    switch (c) {
    case cause::answered:
        return "answered";
    case cause::render:
        return "render";
    case cause::address_not_allowed:
        return "address_not_allowed";
    case cause::resolve:
        return "resolve";
    case cause::connect:
        return "connect";
    case cause::tls:
        return "tls";
    case cause::timeout_before_send:
        return "timeout_before_send";
    case cause::timeout_after_send:
        return "timeout_after_send";
    case cause::cut:
        return "cut";
    case cause::bad_answer:
        return "bad_answer";
    case cause::stopped:
        return "stopped";
    }
    return "unknown";
}

bool may_have_been_taken(cause c, std::uint16_t status) {
    switch (c) {
    case cause::timeout_after_send:
    case cause::cut:
    case cause::bad_answer:
        return true;
    case cause::answered:
        return status >= 500;
    default:
        return false;
    }
}

} // namespace sluice::queue
