// Strict JSON (RFC 8259, and I-JSON, RFC 7493, where it forbids what would be read in two ways):
// checking, parsing and writing of strings. Pure functions; any thread. For raw spans of checked
// text see json_scan.
#pragma once

#include "codecs/error.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::codecs {

struct json_limits {
    // Levels of objects and arrays.
    std::size_t depth = 32;
    // Bytes of the whole text.
    std::size_t size = 16 * 1024 * 1024;
    // Values and names together.
    std::size_t nodes = 200'000;
};

// Checks that `text` is one JSON value within the limits. Refused, beyond what the grammar
// refuses: names given twice in an object, invalid UTF-8, lone surrogates, numbers that are not
// finite, a byte order mark. Errors: `syntax`, `incomplete`, `too_deep`, `too_large`, `too_many`,
// `invalid_encoding`, `duplicate_name`, `number_out_of_range`; with line and column.
[[nodiscard]] result<void> check_json(std::string_view text, json_limits const& limits = {});

// Checks like `check_json` and builds the value, in one monotonic resource that lives as long as
// the value. An integer that fits neither 64-bit type becomes a string of its digits, so that an
// id is never rounded; whoever wants the bytes as they were written takes them with json_scan.
[[nodiscard]] result<boost::json::value> parse_json(std::string_view text,
                                                    json_limits const& limits = {});

// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

// Like `append_json_string` without the quotes, for use inside a string.
void append_json_string_contents(std::string& out, std::string_view text);

// Whether `text` is a JSON number (RFC 8259 section 6) that is finite as a double.
[[nodiscard]] bool is_json_number(std::string_view text);

} // namespace sluice::codecs
