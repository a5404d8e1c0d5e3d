// What one attempt came to, as the transport reports it. The transport judges the answer by the
// destination's rules (`verdict`); what follows from that (again when, dead, gate) the engine
// decides.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::queue {

enum class verdict : std::uint8_t {
    delivered,    // the destination took it
    retry,        // may succeed later
    final_failure // will not succeed: dead at once
};

// Where an attempt ended. The order is the order of an attempt's life.
enum class cause : std::uint8_t {
    answered,            // a whole answer came; `status` holds its code
    render,              // the request could not be made from the payload
    address_not_allowed, // the address policy refused every address: final
    resolve,             // no address for the name
    connect,             // refused or unreachable
    tls,                 // handshake or certificate
    timeout_before_send, // deadline passed before the last byte of the request was written
    timeout_after_send,  // deadline passed while waiting for the answer: it may have been taken
    cut,                 // the connection broke after the request began: it may have been taken
    bad_answer,          // not HTTP, or an answer beyond its limits
    stopped // not an attempt, costs nothing: the gateway is stopping, or could not even begin
};
std::string_view to_string(cause c);

struct outcome {
    queue::verdict verdict = queue::verdict::retry;
    queue::cause cause = queue::cause::answered;
    std::uint16_t status = 0; // HTTP status, 0 when no answer came
    std::chrono::microseconds duration{0};
    // Asked for by Retry-After (RFC 9110 section 10.2.3), already capped: closes the lane's gate.
    std::optional<std::chrono::milliseconds> retry_after;
    // The wait is this task's own, because its lane leads to many receivers: the gate stays open.
    bool waits_alone = false;
    bool disables_lane = false; // 410: an operator must resume the destination
    std::string detail;         // one line for a person; becomes `dead_reason`
    std::string response;       // the answer's body: its first kept_response bytes, or all of it
                                // where the attempt is watched
    std::string response_type;  // its Content-Type, where the attempt is watched
    // Where the attempt is watched and the answer had a content coding (RFC 9110 section 8.4): its
    // name, and the body as it came. `response` is decoded, or empty where it cannot be.
    std::string response_coding;
    std::string coded_response;
    bool is_response_cut = false; // the answer was longer than the destination's limit
    std::string result;           // mapped variables, opaque to the queue
    // Of an attempt with companions whose answer speaks of each task: the outcome of the task
    // itself, then of each companion. Empty: this outcome is everybody's.
    std::vector<outcome> calls;
};

// Whether the destination may have acted on the attempt although it did not say so.
bool may_have_been_taken(cause c, std::uint16_t status);
inline bool may_have_been_taken(outcome const& o) {
    return may_have_been_taken(o.cause, o.status);
}

} // namespace sluice::queue
