// Content codings (RFC 9110 section 8.4): what a body was compressed with, and the body without it,
// within bounds. gzip, deflate and zstd. Pure functions; any thread; never holds more than what the
// bounds allow.
#pragma once

#include "codecs/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::codecs {

// What is decoded here, as an Accept-Encoding field says it.
inline constexpr std::string_view known_codings = "gzip, deflate, zstd";

struct inflate_limits {
    // Bytes of the decoded body.
    std::size_t size = 1024 * 1024;
    // How many times longer than the coded body it may be.
    std::size_t ratio = 100;
};

// Whether a Content-Encoding field says that the body is coded: it is not empty, and names more
// than `identity`.
[[nodiscard]] bool is_coded(std::string_view content_encoding) noexcept;

// Whether the text can be written as a Content-Encoding field again: names of codings and nothing
// else.
[[nodiscard]] bool is_coding_list(std::string_view content_encoding) noexcept;

// The body without its codings, of which there may be two. Errors: `unsupported_media_type` for a
// coding that is not known, `too_large` for what is past the limits, `syntax` and `incomplete` for
// what is no such coding. Their details name the coding.
[[nodiscard]] result<std::string> decode_content(std::string_view coded,
                                                 std::string_view content_encoding,
                                                 inflate_limits const& limits);

// Whether a caller with this Accept-Encoding field takes a body of this Content-Encoding. Without
// the field, or with an empty one, nothing but `identity`.
[[nodiscard]] bool accepts_coding(std::string_view accept_encoding,
                                  std::string_view content_encoding) noexcept;

} // namespace sluice::codecs
