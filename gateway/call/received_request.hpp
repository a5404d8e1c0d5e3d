// The request that a task came with, as far as the task's message does not tell it: kept with the
// message, so that an operator sees later what was received. Views into the request; any thread.
#pragma once

#include "gateway/server/request.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace sluice::gateway::call {

struct received_request {
    std::string_view method;
    std::string_view target; // with its query, as it was called
    std::string_view content_type = {};
    std::string_view user_agent = {};
    bool is_apart = false; // the message is another one
    // Then: the whole of what came in. Nothing: another task of the call keeps it, or none does.
    std::optional<std::string_view> body = {};
    std::size_t most = 0; // bytes of it that are kept (limits.received)
};

// Of a request that goes on as it came: fields and body are the message's.
inline received_request received_as_sent(server::request const& req) {
    return {req.method, req.target};
}

// Of a request from which a message is made. `body`: the part that became this task.
inline received_request received_of(server::request const& req,
                                    std::optional<std::string_view> body, std::size_t most) {
    if (most == 0) return {req.method, req.target, {}, {}, true};
    return {req.method, req.target, req.header("Content-Type"), req.header("User-Agent"), true,
            body,       most};
}

} // namespace sluice::gateway::call
