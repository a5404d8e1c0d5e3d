// [[widget]]: a custom webhook that is an HTTP call to any API and a mapping of its answer.
// Plain values; templates and paths are kept as text that the expression checker has accepted.
#pragma once

#include "gateway/config/pace.hpp"
#include "gateway/config/upstream.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice::gateway::config {

// A variable that an answer sets.
struct mapped_variable {
    std::string variable;
    std::string path; // XPath for XML, JSON Pointer for JSON.
    std::optional<std::string> default_ =
        {}; // Key `default`: the value where the path hits nothing.
};

struct widget {
    std::string name;    // POST /v1/webhooks/{name}; unique, never empty.
    std::string account; // Id of a configured account.
    std::string method = "GET";
    std::string url; // Template; scheme, host and port are literal.
    upstream connection;
    std::string body;                              // Template; empty: no body.
    std::string content_type = "application/json"; // Says how values are escaped.
    queue::retry_options retry = default_retry();  // Only when nobody waits.
    // Prefix and namespace for XPath.
    std::vector<std::pair<std::string, std::string>> namespaces;
    std::optional<std::chrono::milliseconds> wait; // Absent: 202 at once.
    std::vector<mapped_variable> map;
};

} // namespace sluice::gateway::config
