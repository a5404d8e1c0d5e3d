// The strict scanner in front of pugixml: decides whether bytes are a well-formed XML 1.0 document
// of the kind that is taken here, in one pass, without recursion and without building anything. Any
// thread.
#pragma once

#include "codecs/error.hpp"
#include "codecs/xml_encoding.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace sluice::codecs {

struct xml_limits {
    // Levels of elements.
    std::size_t depth = 256;
    // Bytes of the document, as it came in.
    std::size_t size = 16 * 1024 * 1024;
    // Attributes of the whole document.
    std::size_t attributes = 10'000;
    // Elements of the whole document.
    std::size_t elements = 200'000;
};

// Checks a document that is UTF-8: exactly one root, matching tags, names, attributes once and
// without
// `<`, only the five entities and character references to characters that exist, no NUL or C0
// controls, no DOCTYPE, nothing after the root but comments and processing instructions. Errors:
// `syntax`, `incomplete`, `too_deep`, `too_large`, `too_many`, `invalid_encoding`,
// `unsupported_charset` (a declaration that says otherwise), `duplicate_name` (attributes),
// `doctype`, `forbidden_character`.
[[nodiscard]] result<void> check_xml(std::string_view text, xml_limits const& limits = {});

// What a tolerant reader has to mend before the document is well-formed; offsets of bytes.
struct xml_findings {
    std::vector<std::size_t> bare_ampersands;
    std::size_t doctype_begin = 0;
    std::size_t doctype_end = 0; // the same as its begin: there is none
    bool has_repeated_attributes = false;
};

// As `check_xml`, or as far as `reading` allows. The declaration's encoding is not looked at where
// the bytes were decoded by another.
[[nodiscard]] result<xml_findings> scan_xml(std::string_view text, xml_limits const& limits,
                                            xml_reading const& reading);

} // namespace sluice::codecs
