// Hostile and unusual requests and what has to be answered, for the pipeline and for real sockets.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace sluice::tests {

struct odd_request {
    std::string name;
    std::string bytes;
    unsigned status;
    // Whether the connection serves the request that is sent behind this one. If not, there
    // must not be a second answer, and the connection must be closed.
    bool goes_on = false;
};

// Limits that the requests count on: header 4 KiB, target 1 KiB, body 1 KiB, 20 fields.
std::vector<odd_request> const& odd_requests();

// The request that is sent behind each of them.
inline constexpr char hidden_request[] = "GET /hidden HTTP/1.1\r\nHost: hidden\r\n\r\n";

} // namespace sluice::tests
