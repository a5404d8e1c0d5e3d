// The head of an HTTP/1.x answer (RFC 9112 sections 4 to 6): finds its end in bytes that come in
// pieces, and takes it apart by hand. Strict where leniency would let two readers see two
// different answers (line ends, field names, lengths). Views into the caller's bytes; no state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice::gateway::client {

enum class body_framing { none, length, chunked, until_close };

struct response_head {
    std::uint16_t status = 0;
    body_framing framing = body_framing::none;
    std::uint64_t content_length = 0; // only with body_framing::length
    bool keeps_alive = false;
    std::string_view content_type;
    std::string_view retry_after;
    std::string_view header_lines; // all field lines, each with its CRLF
};

// Finds the empty line. `seen` bytes of `bytes` were looked at before and hold no end.
struct head_end {
    enum class state { incomplete, found, malformed };
    state found = state::incomplete;
    std::size_t size = 0;          // of the head with its empty line; only when found
    std::size_t seen = 0;          // where the next search begins; only when incomplete
    char const* problem = nullptr; // only when malformed
};
head_end find_head_end(std::string_view bytes, std::size_t seen);

// Reads a whole head (as find_head_end measured it). `is_head_request`: the answer has no body
// whatever it announces (RFC 9110 section 9.3.2). Null, or why the answer cannot be used.
char const* parse_response_head(std::string_view head, bool is_head_request, response_head& to);

} // namespace sluice::gateway::client
