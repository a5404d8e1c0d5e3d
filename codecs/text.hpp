// What every codec knows of text: blanks and the byte order mark. Pure; no locale.
#pragma once

#include <string_view>

namespace sluice::codecs {

// Of JSON, XML and HTTP alike: RFC 8259 section 2, XML 1.0 production 3.
inline constexpr std::string_view white_space = " \t\r\n";

// U+FEFF in UTF-8.
inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// What follows the mark that a text may begin with: some editors and spreadsheets write one, and
// nobody means it.
constexpr std::string_view without_mark(std::string_view text) noexcept {
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    return text;
}

// Without the blanks at both ends.
constexpr std::string_view trim(std::string_view text) noexcept {
    auto const first = text.find_first_not_of(white_space);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

} // namespace sluice::codecs
