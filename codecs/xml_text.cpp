#include "codecs/xml_text.hpp"

#include "codecs/utf8.hpp"

#include <algorithm>
#include <array>

namespace sluice::codecs {

namespace {

struct code_range {
    char32_t first;
    char32_t last;
};

// Above ASCII only; ASCII is decided first.
constexpr std::array name_start_ranges{
    code_range{0xC0, 0xD6},     code_range{0xD8, 0xF6},     code_range{0xF8, 0x2FF},
    code_range{0x370, 0x37D},   code_range{0x37F, 0x1FFF},  code_range{0x200C, 0x200D},
    code_range{0x2070, 0x218F}, code_range{0x2C00, 0x2FEF}, code_range{0x3001, 0xD7FF},
    code_range{0xF900, 0xFDCF}, code_range{0xFDF0, 0xFFFD}, code_range{0x10000, 0xEFFFF},
};
constexpr std::array name_more_ranges{
    code_range{0xB7, 0xB7},
    code_range{0x300, 0x36F},
    code_range{0x203F, 0x2040},
};

template <class Ranges>
bool is_in(Ranges const& ranges, char32_t c) noexcept {
    return std::any_of(ranges.begin(), ranges.end(),
                       [c](code_range range) { return c >= range.first && c <= range.last; });
}

constexpr bool is_ascii_name_start(unsigned char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}

// Nearly every name is ASCII, and names are most of what a scanner reads.
constexpr auto ascii_name_characters = [] {
    std::array<bool, 256> table{};
    for (unsigned c = 0; c < 0x80; ++c) {
        table[c] = is_ascii_name_start(static_cast<unsigned char>(c)) || (c >= '0' && c <= '9') ||
                   c == '-' || c == '.';
    }
    return table;
}();

bool is_name_start(char32_t c) noexcept {
    if (c < 0x80) return is_ascii_name_start(static_cast<unsigned char>(c));
    return is_in(name_start_ranges, c);
}

bool is_name_character(char32_t c) noexcept {
    if (c < 0x80) return ascii_name_characters[c];
    return is_in(name_start_ranges, c) || is_in(name_more_ranges, c);
}

// The reference for an ASCII character, or nothing when it stands for itself.
std::string_view text_reference(char c) noexcept {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '\r':
        return "&#13;";
    default:
        return {};
    }
}

std::string_view attribute_reference(char c) noexcept {
    switch (c) {
    case '"':
        return "&quot;";
    case '\'':
        return "&apos;";
    case '\t':
        return "&#9;";
    case '\n':
        return "&#10;";
    default:
        return text_reference(c);
    }
}

template <class Reference>
void append_escaped(std::string& out, std::string_view text, Reference reference) {
    std::size_t copied = 0;
    std::size_t i = 0;
    while (i < text.size()) {
        auto const length = utf8_sequence_length(text.substr(i));
        std::string_view with;
        if (length == 1) with = reference(text[i]);
        if (length == 0 || !is_xml_character(utf8_code_point(text.substr(i)))) {
            with = replacement_character;
        }
        auto const step = std::max<std::size_t>(length, 1);
        if (!with.empty()) {
            out.append(text.substr(copied, i - copied));
            out.append(with);
            copied = i + step;
        }
        i += step;
    }
    out.append(text.substr(copied));
}

} // namespace

bool is_xml_character(char32_t character) noexcept {
    if (character < 0x20) return character == '\t' || character == '\n' || character == '\r';
    if (character >= 0xD800 && character <= 0xDFFF) return false;
    return character != 0xFFFE && character != 0xFFFF && character <= 0x10FFFF;
}

bool is_xml_text(std::string_view text) noexcept {
    while (!text.empty()) {
        auto const length = utf8_sequence_length(text);
        if (length == 0 || !is_xml_character(utf8_code_point(text))) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::size_t xml_name_length(std::string_view text) noexcept {
    if (text.empty() || !is_name_start(utf8_code_point(text))) return 0;
    auto size = utf8_sequence_length(text);
    while (size < text.size()) {
        auto const byte = static_cast<unsigned char>(text[size]);
        if (ascii_name_characters[byte]) {
            ++size;
            continue;
        }
        if (byte < 0x80) break;
        auto const rest = text.substr(size);
        auto const length = utf8_sequence_length(rest);
        if (length == 0 || !is_name_character(utf8_code_point(rest))) break;
        size += length;
    }
    return size;
}

bool is_xml_name(std::string_view text) noexcept {
    return !text.empty() && xml_name_length(text) == text.size() &&
           text.find(':') == std::string_view::npos;
}

void append_xml_text(std::string& out, std::string_view text) {
    append_escaped(out, text, text_reference);
}

void append_xml_attribute(std::string& out, std::string_view text) {
    append_escaped(out, text, attribute_reference);
}

void append_xml_element(std::string& out, std::string_view name, std::string_view text) {
    out.append("<").append(name).append(">");
    append_xml_text(out, text);
    out.append("</").append(name).append(">");
}

} // namespace sluice::codecs
