// [[destination]]: a named upstream, its pace, its outcome rules and its retries. Plain values;
// rules and templates are kept as text that the expression checker has accepted.
#pragma once

#include "gateway/config/failure_classes.hpp"
#include "gateway/config/retry_policy.hpp"
#include "gateway/config/upstream.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace sluice::gateway::config {

// What is sent to the destination.
enum class message_format {
    raw,           // The bytes that came in.
    outbound,      // The outbound API's request, from the variables.
    json,          // The variables as a JSON object.
    xml,           // The variables as an XML document.
    from_template, // Key value "template": `body` rendered with the variables.
};

struct destination {
    std::string name; // Unique, never empty; a metrics label.
    std::string url;  // Accepted by parse_url under connection.allow_http.
    upstream connection;
    message_format format = message_format::raw;
    std::string body;         // Template; only with message_format::from_template.
    std::string content_type; // Of the rendered body; only with message_format::from_template.
    // Attempts. Default burst: what falls into 100 ms, 1 at least.
    std::optional<rate_limit> rate;
    std::size_t concurrency = 64;
    // Key `adaptive`: the latency says how many may be in flight, from this up to `concurrency`.
    std::optional<std::size_t> adaptive_min;
    std::size_t batch = 1;              // Calls in one request, 1..500; above 1 only with outbound.
    std::optional<std::string> success; // Rule; default: any 2xx.
    std::optional<std::string> final_;  // Rule; key `final`.
    std::optional<std::string> done_already; // Rule.
    failure_classes failures;                // Keys `retry_on` and `final_on`.
    retry_policy retry;
    retry_budget budget;                    // Key `retry_budget`.
    std::optional<breaker> circuit_breaker; // Key `breaker`; default: off.
    std::chrono::milliseconds max_retry_after = std::chrono::hours(1);
    // Keys `secret` / `secret_file`, "whsec_" or "whsk_": the newest first; deliveries are signed
    // with each.
    std::vector<secret> signing_secrets;
};

} // namespace sluice::gateway::config
