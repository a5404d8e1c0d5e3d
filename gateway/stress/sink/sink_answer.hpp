// The bytes of a sink's answers. Pure functions; append to a buffer that the caller reuses.
#pragma once

#include "gateway/stress/sink/sink_behaviour.hpp"
#include "gateway/stress/sink/sink_request.hpp"

#include <string>
#include <string_view>

namespace sluice::gateway::stress {

// The body for a request when the options give none: for a request that looks like the outbound
// API's (its path names it, or it is JSON with `calls`) `{"api-response-code":200,…}` with one
// entry of `call-details` for each call, else `{"ok":true}`. For a failure `{"ok":false}`, or the
// outbound API's 500.
std::string default_body(sink_request const& request, unsigned status);

// Appends a whole answer. Without a body where HTTP has none (HEAD, 204, 304: RFC 9110 section
// 6.4.1). `Connection` is written where it differs from the version's default.
void append_answer(std::string& out, sink_request const& request, reaction const& what,
                   std::string_view body, std::string_view content_type = "application/json");

// Appends an answer that ends the connection because of a request that cannot be understood.
void append_refusal(std::string& out, unsigned status);

} // namespace sluice::gateway::stress
