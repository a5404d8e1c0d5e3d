// A body as a person may see it: as text where it is any, without secrets. Pure functions; any
// thread.
#pragma once

#include "gateway/telemetry/known_secrets.hpp"

#include <string>
#include <string_view>

namespace sluice::gateway::admin {

struct body_to_show {
    std::string_view bytes;
    std::string_view coding = {}; // its Content-Encoding
    bool is_cut = false;          // more came in
};

struct shown_body {
    enum class form { text, base64, none };
    form is = form::none;
    std::string content = {}; // the text, or the base64
    bool is_decoded = false;  // it was coded
    std::string why = {};     // of none: why it is not shown
};

// Secrets are hidden as telemetry::hide_secrets does it, in text and in bytes that are none, in a
// coded body and in base64 that a JSON body carries as "body_base64". Where they can be found but
// not be taken out (UTF-16), or a coding cannot be read, nothing is shown.
shown_body show_body(body_to_show const& body, telemetry::known_secrets const& known);

// Adds what show_body hides by names.
void add_secrets_of(body_to_show const& body, telemetry::known_secrets& to);

} // namespace sluice::gateway::admin
