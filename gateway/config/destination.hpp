// [[destination]]: a named upstream, its pace, its outcome rules and its retries. Plain values;
// rules and templates are kept as text that the expression checker has accepted.
#pragma once

#include "gateway/config/failure_classes.hpp"
#include "gateway/config/pace.hpp"
#include "gateway/config/upstream.hpp"

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
    // Rate, concurrency, batch, retries, budget, breaker: as the queue keeps them.
    queue::lane_options pace = default_pace();
    std::optional<std::string> success;      // Rule; default: any 2xx.
    std::optional<std::string> final_;       // Rule; key `final`.
    std::optional<std::string> done_already; // Rule.
    failure_classes failures;                // Keys `retry_on` and `final_on`.
    // Keys `secret` / `secret_file`, "whsec_" or "whsk_": the newest first; deliveries are signed
    // with each.
    std::vector<secret> signing_secrets;
};

} // namespace sluice::gateway::config
