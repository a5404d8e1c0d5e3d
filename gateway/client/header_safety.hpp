// What may stand in a header line that leaves, and which fields must not travel on. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace sluice::gateway::client {

// A token (RFC 9110 section 5.6.2).
bool is_valid_header_name(std::string_view name);

// No CR, LF, NUL or other control character but the tab, and no white space around it
// (RFC 9110 section 5.5). Empty is valid.
bool is_valid_header_value(std::string_view value);

// A request target in origin form: begins with "/", has only visible ASCII and no "#"
// (RFC 9112 section 3.2.1).
bool is_valid_target(std::string_view target);

// Whether the field belongs to one connection and must not be forwarded: those of RFC 9110
// section 7.6.1, and every name listed in `connection`, the value of the message's Connection
// fields (empty: it has none). Letter case does not matter.
bool is_hop_by_hop(std::string_view name, std::string_view connection);

// Appends "name: value\r\n"; false, and nothing is appended, where either is not valid.
bool append_header_line(std::string& to, std::string_view name, std::string_view value);

} // namespace sluice::gateway::client
