// Strict JSON (RFC 8259, and I-JSON, RFC 7493, where it forbids what would be read in two ways):
// checking and parsing; json_string writes. Pure functions; any thread. For raw spans of checked
// text see json_scan.
#pragma once

#include "codecs/error.hpp"
#include "codecs/json_string.hpp"

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
// finite. A byte order mark in front is skipped, as RFC 8259 section 8.1 allows. Errors: `syntax`,
// `incomplete`, `too_deep`, `too_large`, `too_many`, `invalid_encoding`, `duplicate_name`,
// `number_out_of_range`; with line and column.
[[nodiscard]] result<void> check_json(std::string_view text, json_limits const& limits = {});

// As `check_json`, for what others answer: names may stand twice in an object and numbers may be
// too large. Yields whether names do (see `json_without_repeats`).
[[nodiscard]] result<bool> check_json_tolerantly(std::string_view text,
                                                 json_limits const& limits = {});

// Checks like `check_json` and builds the value, in one monotonic resource that lives as long as
// the value. An integer that fits neither 64-bit type becomes a string of its digits, so that an
// id is never rounded; whoever wants the bytes as they were written takes them with json_scan.
[[nodiscard]] result<boost::json::value> parse_json(std::string_view text,
                                                    json_limits const& limits = {});

// Whether `text` is a JSON number (RFC 8259 section 6) that is finite as a double.
[[nodiscard]] bool is_json_number(std::string_view text);

} // namespace sluice::codecs
