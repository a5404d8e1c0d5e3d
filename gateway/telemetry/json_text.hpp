// Text for logs and health answers: any bytes become a JSON string that holds on one line, and no
// byte of it can move a terminal's cursor. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

namespace sluice::gateway::telemetry {

// Appends `text` as a JSON string, quotes included (RFC 8259 section 7). Controls (C0, DEL, C1),
// U+2028 and U+2029 become \u escapes; bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

// Appends `text` for a person: as it is when it holds no space, quote, `=` or control character
// and is not empty, else as append_json_string does.
void append_plain_value(std::string& out, std::string_view text);

} // namespace sluice::gateway::telemetry
