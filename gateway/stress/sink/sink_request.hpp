// Finds one HTTP/1.x request at the front of a buffer (RFC 9112), its fields read by hand: the sink
// must be faster than what it measures. Strict about where a request ends. Pure functions over
// views.
#pragma once

#include "gateway/stress/sink/sink_options.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::gateway::stress {

// One request. Views point into the buffer it was scanned from, `body` into `unchunked` when the
// body came in chunks.
struct sink_request {
    std::string_view method;
    std::string_view target;
    std::string_view header; // All header lines, each with its CRLF.
    std::string_view body;
    std::string_view webhook_id; // The field `webhook-id`, empty without one.
    bool is_http_1_0 = false;
    bool keep_alive = true; // RFC 9112 section 9.3
    bool is_chunked = false;
    bool expects_continue = false; // RFC 9110 section 10.1.1
    std::size_t content_length = 0;
    std::string unchunked; // Reused from request to request.

    std::string_view path() const { return target.substr(0, target.find('?')); }
};

enum class scan_state : std::uint8_t {
    complete,
    need_header, // The header has not come whole.
    need_body,   // The header is whole and filled in; the body is not.
    malformed,   // Answer 400 and close.
    too_large    // Answer 413 (body) or 431 (header) and close.
};

struct scan_result {
    scan_state state = scan_state::need_header;
    std::size_t consumed = 0; // Bytes of the request when complete.
    std::size_t needed = 0;   // Bytes that the buffer must hold, as far as that is known.
    unsigned status = 0;      // What to answer when malformed or too_large.
};

scan_result scan_request(std::string_view buffer, sink_limits const& limits, sink_request& out);

} // namespace sluice::gateway::stress
