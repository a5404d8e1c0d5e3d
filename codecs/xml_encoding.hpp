// Which encoding an XML document is in, and its text as UTF-8, so that every check that follows
// sees the characters and not the bytes (a DOCTYPE in UTF-16 is a DOCTYPE). Pure functions; any
// thread.
#pragma once

#include "codecs/error.hpp"

#include <string>
#include <string_view>

namespace sluice::codecs {

// How a document is to be read, beyond its own bytes.
struct xml_reading {
    // The `charset` of its Content-Type, in any case; empty without one.
    std::string_view charset{};
    // For what others answer: refusing it would only have the call repeated. Bytes that the
    // encoding does not have become U+FFFD, an `&` that begins no reference is taken literally, of
    // attributes that stand twice the last counts, and a DOCTYPE without internal subset is
    // skipped.
    bool is_tolerant = false;
};

// The document as UTF-8 without a byte order mark. The encoding is that of the byte order mark,
// else of Content-Type, else of the first bytes, else of the declaration, else UTF-8 (RFC 7303
// section 3, XML 1.0 appendix F). Errors: `unsupported_charset` for anything but UTF-8, US-ASCII,
// UTF-16, ISO-8859-1 and Windows-1252; `invalid_encoding`.
[[nodiscard]] result<std::string> xml_to_utf8(std::string_view bytes,
                                              xml_reading const& reading = {});

// Whether a declaration may name this encoding (in any case) and be decoded here.
[[nodiscard]] bool is_xml_encoding_supported(std::string_view name);

} // namespace sluice::codecs
