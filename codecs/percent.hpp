// Percent-encoding (RFC 3986 section 2.1) of the places of a URL. Pure functions; any thread.
#pragma once

#include "codecs/error.hpp"

#include <string>
#include <string_view>

namespace sluice::codecs {

/// Appends `text` as part of one path segment: all but the unreserved characters are encoded, `/`
/// too. A whole segment `.` or `..` cannot be made harmless by encoding: see `is_dot_segment`.
void append_path_segment(std::string& out, std::string_view text);

/// Appends `text` as a name or value of a query: all but the unreserved characters, a space as
/// `%20`.
void append_query_component(std::string& out, std::string_view text);

/// Whether a segment of a path, encoded or not, is `.` or `..` and would be taken away by whoever
/// reads the URL (RFC 3986 section 5.2.4).
[[nodiscard]] bool is_dot_segment(std::string_view segment) noexcept;

/// Decodes `%XX`; `+` stays. Errors: `syntax` for a `%` without two digits, `invalid_encoding` when
/// the outcome is not UTF-8.
[[nodiscard]] result<std::string> percent_decode(std::string_view text);

} // namespace sluice::codecs
