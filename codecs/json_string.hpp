// The one writer of JSON strings (RFC 8259 section 7). Whatever bytes come in, what is appended is
// valid JSON and valid UTF-8: bytes that are not become U+FFFD. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace sluice::codecs {

// Appends `text` as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

// Like `append_json_string` without the quotes, for use inside a string.
void append_json_string_contents(std::string& out, std::string_view text);

// Like `append_json_string` for what a person reads in a terminal: all that would move the cursor,
// end a line or hide text is escaped too (C1, U+2028, U+2029, the marks that turn the direction of
// writing).
void append_printable_json_string(std::string& out, std::string_view text);

} // namespace sluice::codecs
