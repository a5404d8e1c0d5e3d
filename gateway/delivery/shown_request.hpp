// The request that a task's attempt makes, written again for a person: the same code writes it,
// with the endpoint's own lines. Without the token of an OAuth 2 destination, which nobody keeps;
// with every other secret, which the caller takes out. Pure; any thread.
#pragma once

#include "gateway/delivery/destination_plan.hpp"
#include "queue/core/attempt.hpp"

#include <string>
#include <utility>
#include <vector>

namespace sluice::gateway::delivery {

struct shown_request {
    std::string method;
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::string wrong; // why it cannot be sent; then the rest is empty
};

// `at`: when it is signed.
shown_request show_request(destination_plan const& by, queue::attempt const& what,
                           queue::wall_time at);

} // namespace sluice::gateway::delivery
