// What every codec knows of text: blanks, character classes, letter case, the byte order mark.
// Pure; no locale.
#pragma once

#include <algorithm>
#include <string>
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

// Of ASCII alone.
constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_alpha(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_alphanumeric(char c) noexcept {
    return is_digit(c) || is_alpha(c);
}

// Of ASCII's letters; all other bytes stay.
constexpr char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

inline std::string to_lower(std::string_view text) {
    std::string lowered(text);
    for (char& c : lowered)
        c = to_lower(c);
    return lowered;
}

// Most are written as the standards write them: those cost no look at each letter.
constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    return a == b ||
           std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

} // namespace sluice::codecs
