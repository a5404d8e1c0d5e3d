// Which encoding an XML document is in, and its text as UTF-8, so that every check that follows
// sees the characters and not the bytes (a DOCTYPE in UTF-16 is a DOCTYPE). Pure functions; any
// thread.
#pragma once

#include "codecs/error.hpp"

#include <string>
#include <string_view>

namespace sluice::codecs {

// The document as UTF-8 without a byte order mark. The encoding is that of the byte order mark,
// else of the first bytes, else of the declaration, else UTF-8 (XML 1.0 appendix F). Errors:
// `unsupported_charset` for anything but UTF-8, US-ASCII, UTF-16, ISO-8859-1 and Windows-1252;
// `invalid_encoding`.
[[nodiscard]] result<std::string> xml_to_utf8(std::string_view bytes);

// Whether a declaration may name this encoding (in any case) and be decoded here.
[[nodiscard]] bool is_xml_encoding_supported(std::string_view name);

} // namespace sluice::codecs
