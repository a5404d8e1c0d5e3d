// What one I/O thread counts about calls. One object per I/O thread, written by that thread alone,
// read by whoever renders metrics. A few nanoseconds an event: no lock, no allocation, no text.
#pragma once

#include "gateway/server/counters.hpp"
#include "gateway/telemetry/duration_histogram.hpp"
#include "gateway/telemetry/label_table.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace sluice::gateway::telemetry {

using http::counter;

// Why a call was not taken; the label `reason`.
enum class refusal_reason : std::uint8_t {
    malformed,       // 400
    unauthorized,    // 401
    forbidden,       // 403: address, plain HTTP, or another account's data
    not_found,       // 404
    method,          // 405
    not_acceptable,  // 406
    conflict,        // 409, and 422 for an idempotency key with another body
    too_large,       // 413, 414, 431
    media_type,      // 415
    invalid,         // 422
    rate_limited,    // 429
    queue_full,      // 503: tasks or bytes in memory
    table_full,      // 503: links, persons or agents
    disk_full,       // 503: journal or tables
    store_away,      // 503: PostgreSQL does not answer
    overloaded,      // 503: the core is behind
    draining,        // 503: the gateway is stopping
    outcome_unknown, // 500: the disk failed while the call waited
    other
};
inline constexpr std::size_t refusal_reason_count =
    static_cast<std::size_t>(refusal_reason::other) + 1;
std::string_view to_string(refusal_reason reason);

// What an answer of this status, 400 or above, is counted as where nothing else is known of it.
refusal_reason reason_of(unsigned status);

class io_metrics {
  public:
    // A call became `tasks` tasks and they are as durable as configured; `duration` runs from the
    // call's first byte to the answer being handed to the socket. `route` is a number of the
    // label table of routes; an unknown one counts as "other".
    void on_accepted(std::uint32_t route, std::chrono::nanoseconds duration,
                     std::uint32_t tasks = 1);
    void on_refused(refusal_reason reason);
    // Every answer, by its HTTP status.
    void on_reply(unsigned status);
    // A call named a webhook; `label` is that of "/v1/webhooks/{its name}".
    void on_webhook(std::uint32_t label);
    // A repeated call was answered from its idempotency key; nothing was queued.
    void on_repeated();

    // Read by render.
    std::array<counter, series_limit> accepted; // Tasks by route.
    std::array<counter, series_limit> webhooks; // Calls by the webhook's label.
    std::array<counter, refusal_reason_count> refused;
    std::array<counter, 6> replies; // By the first digit of the status; 0: not 100 to 599.
    counter repeated;
    duration_histogram accept_duration;
};

} // namespace sluice::gateway::telemetry
