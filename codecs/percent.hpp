// Percent-encoding (RFC 3986 section 2.1) of the places of a URL. Pure functions; any thread.
#pragma once

#include "codecs/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sluice::codecs {

// Appends `text` as part of a path segment or as a name or value of a query: all but the
// unreserved characters (section 2.3) become `%XX`, `/` and the space too. A whole segment `.` or
// `..` cannot be made harmless by encoding: see `is_dot_segment`.
void append_percent_encoded(std::string& out, std::string_view text);

// Whether a segment of a path, encoded or not, is `.` or `..` and would be taken away by whoever
// reads the URL (section 5.2.4).
[[nodiscard]] bool is_dot_segment(std::string_view segment) noexcept;

// Decodes `%XX`; `+` stays. Errors: `syntax` for a `%` without two digits, `invalid_encoding` when
// the outcome is not UTF-8.
[[nodiscard]] result<std::string> percent_decode(std::string_view text);

// The value of a hexadecimal digit in either case, or -1.
[[nodiscard]] int hex_digit_value(char c) noexcept;

// The byte of the `%XX` that `text` begins with, if it does.
[[nodiscard]] std::optional<char> percent_triplet(std::string_view text) noexcept;
void append_percent_triplet(std::string& out, char c);

} // namespace sluice::codecs
