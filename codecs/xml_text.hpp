// The characters of XML 1.0 (sections 2.2 and 2.3), and text escaped for where it stands in a
// document. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::codecs {

// Whether XML has the character at all: no C0 controls but tab, LF and CR, no U+FFFE and U+FFFF.
[[nodiscard]] bool is_xml_character(char32_t character) noexcept;

// Whether `text` is UTF-8 and holds only characters that XML has.
[[nodiscard]] bool is_xml_text(std::string_view text) noexcept;

// Bytes of the name that `text` begins with (section 2.3, colons count); 0 when it begins with
// none.
[[nodiscard]] std::size_t xml_name_length(std::string_view text) noexcept;

// Whether `text` can be the name of an element without a prefix.
[[nodiscard]] bool is_xml_name(std::string_view text) noexcept;

// Appends `text` so that it reads as character data. Bytes that are not UTF-8, and characters that
// XML does not have, become U+FFFD.
void append_xml_text(std::string& out, std::string_view text);

// Like `append_xml_text` for an attribute value in single or double quotes; tabs and line ends
// survive the normalisation of attribute values (section 3.3.3).
void append_xml_attribute(std::string& out, std::string_view text);

// Appends `<name>text</name>`; the name is written as it is.
void append_xml_element(std::string& out, std::string_view name, std::string_view text);

} // namespace sluice::codecs
