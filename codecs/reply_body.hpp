// The body of an accepted call and of the custom webhooks' answers, in the shape of the outbound
// API. On the hot path: appends to the caller's buffer, builds nothing, copies nothing. Any thread.
#pragma once

#include "codecs/media_type.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sluice::codecs {

struct reply_key {
    std::string_view name{};
    std::string_view value{};
};

// Everything refers to text of the caller, which must live until it is written.
struct reply_body {
    int code = 200;
    // Empty: left out.
    std::string_view message{};
    // Empty: left out, and `call-details` with it.
    std::string_view request_id{};
    // JSON, written as it is, for `call-details`; XML has the element empty. Only with a request
    // id.
    std::string_view call_details = "null";
    std::span<reply_key const> keys{};
    // Names of variables that were not set; left out when there are none.
    std::span<std::string_view const> unset{};
    // Keys are written even when there are none; false leaves an empty list out (errors).
    bool always_keys = true;
};

// {"api-response-code":202,"api-response-message":"Accepted","request-id":"…",
//  "call-details":null,"keys":[{"name":"…","value":"…"}]}
void append_reply_json(std::string& out, reply_body const& from);
// <response><api-response-code>202</api-response-code>…<call-details/>
// <keys><key name="…">…</key></keys></response>
void append_reply_xml(std::string& out, reply_body const& from);
// As XML for `xml`, as JSON for everything else.
void append_reply(std::string& out, media_kind kind, reply_body const& from);

} // namespace sluice::codecs
