// Content-Type and Accept (RFC 9110 sections 8.3 and 12.5.1): what a body is, and what an answer
// shall be. Pure functions; any thread.
#pragma once

#include "codecs/error.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::codecs {

// The families of media types that are told apart.
enum class media_kind {
    // No Content-Type at all.
    none,
    // application/json and every `+json`.
    json,
    // application/xml, text/xml and every `+xml`.
    xml,
    // application/x-www-form-urlencoded.
    form,
    // text/csv.
    csv,
    // Any other text.
    text,
    // Anything else.
    other,
};

struct media_type {
    // Lower case, as are the names of the parameters; values are unquoted and as they were
    // written.
    std::string type;
    std::string subtype;
    std::vector<std::pair<std::string, std::string>> parameters;
    media_kind kind = media_kind::none;

    // The `charset` parameter in lower case, empty without one.
    [[nodiscard]] std::string charset() const;
};

// Parses one media type with its parameters. Errors: `syntax`. Parameters given twice are an
// error.
[[nodiscard]] result<media_type> parse_media_type(std::string_view text);

// The family of a type and subtype in lower case.
[[nodiscard]] media_kind classify_media_type(std::string_view type,
                                             std::string_view subtype) noexcept;

// The family of a request's or answer's body, by its Content-Type; empty text means `none`.
// Errors: `syntax`, and `unsupported_charset` where JSON, a form, CSV or text are not UTF-8 or
// US-ASCII (XML is judged by its BOM and declaration when it is decoded).
[[nodiscard]] result<media_kind> body_kind(std::string_view content_type);

// The offer that `accept` likes best: by quality, then by how exactly it was named, then by its
// place in `accept`, then by its place among the offers. Nothing when none is acceptable. Without
// an Accept field (nullopt), or with an empty one, the first offer. A field that cannot be parsed
// counts as empty, which is what RFC 9110 leaves to the server. `offers` are types in lower case
// without parameters.
[[nodiscard]] std::optional<std::size_t>
negotiate_media_type(std::optional<std::string_view> accept,
                     std::span<std::string_view const> offers);

// How an answer is written.
struct reply_format {
    media_kind kind = media_kind::json;
    // "application/json", "application/xml", "text/xml" or "text/csv"; static.
    std::string_view content_type = "application/json";
};

// Whether the call can also be answered as CSV.
enum class csv_offer { no, yes };

// JSON by default, XML when asked, or when the request was XML and nothing was asked (no Accept,
// or
// `*/*`). Errors: `not_acceptable`.
[[nodiscard]] result<reply_format> choose_reply_format(std::optional<std::string_view> accept,
                                                       media_kind request,
                                                       csv_offer csv = csv_offer::no);

} // namespace sluice::codecs
