// Writes an answer as HTTP/1.1 bytes (RFC 9112 section 4). Pure; appends to the caller's text.
#pragma once
#include "gateway/server/exchange.hpp"

#include <string>
#include <string_view>

namespace sluice::gateway::server {

// What an answer needs to know of its connection.
struct reply_context {
    std::string_view date_line;        // "Date: …\r\n"
    bool is_head = false;              // the request's method was HEAD: no body
    bool is_http_1_0 = false;          // the request's version: keep-alive has to be said
    bool closes = false;               // the connection ends after it
    bool ends_with_connection = false; // a stream: its length is not known
    bool has_body_apart = false;       // the body is sent from elsewhere: head only
};

// Whether every header of the answer may be sent.
bool has_safe_headers(answer const& given);

// Appends status line, Date, Content-Type, Content-Length, Connection (where it has to be said),
// the answer's headers and the body, unless that is sent apart. 204 and 304 have neither body nor
// Content-Length. The headers have to be safe.
void write_reply(answer const& given, reply_context const& context, std::string& out);

} // namespace sluice::gateway::server
