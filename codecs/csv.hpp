// Comma-separated values (RFC 4180), written. Pure functions; any thread.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace sluice::codecs {

// Appends one field: in quotes, with quotes doubled, where it holds a comma, a quote or a line
// end (section 2, rules 6 and 7); else as it is.
void append_csv_field(std::string& out, std::string_view text);

// Appends a record: its fields separated by commas, ended by CRLF (section 2, rules 1 and 4).
void append_csv_record(std::string& out, std::initializer_list<std::string_view> fields);

} // namespace sluice::codecs
