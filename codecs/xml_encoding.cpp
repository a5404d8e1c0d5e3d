#include "codecs/xml_encoding.hpp"

#include "codecs/text.hpp"
#include "codecs/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sluice::codecs {

namespace {

using namespace std::string_view_literals;

enum class byte_order { little, big };

char32_t code_unit(std::string_view bytes, std::size_t i, byte_order order) noexcept {
    auto const first = static_cast<unsigned char>(bytes[i]);
    auto const second = static_cast<unsigned char>(bytes[i + 1]);
    return order == byte_order::big ? static_cast<char32_t>(first << 8 | second)
                                    : static_cast<char32_t>(second << 8 | first);
}

decode_error bad_utf16(std::size_t offset) {
    return {errc::invalid_encoding, "this is not valid UTF-16", {offset, 0, 0}, {}};
}

result<std::string> utf16_to_utf8(std::string_view bytes, byte_order order) {
    if (bytes.size() % 2 != 0) return bad_utf16(bytes.size());
    std::string text;
    text.reserve(bytes.size());
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
        auto unit = code_unit(bytes, i, order);
        if (unit >= 0xDC00 && unit <= 0xDFFF) return bad_utf16(i);
        if (unit >= 0xD800 && unit <= 0xDBFF) {
            if (i + 4 > bytes.size()) return bad_utf16(i);
            auto const low = code_unit(bytes, i + 2, order);
            if (low < 0xDC00 || low > 0xDFFF) return bad_utf16(i);
            unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
            i += 2;
        }
        append_utf8(text, unit);
    }
    return text;
}

// The encoding that the declaration of an 8-bit document names, in lower case; empty without one. A
// declaration that is malformed is left to the scanner.
std::string declared_encoding(std::string_view text) {
    if (!text.starts_with("<?xml")) return {};
    auto const declaration = text.substr(0, text.find("?>"));
    auto const key = declaration.find("encoding");
    if (key == std::string_view::npos) return {};
    auto const open = declaration.find_first_of("\"'", key);
    if (open == std::string_view::npos) return {};
    auto const close = declaration.find(declaration[open], open + 1);
    if (close == std::string_view::npos) return {};
    return to_lower(declaration.substr(open + 1, close - open - 1));
}

// What the bytes from 0x80 to 0x9F are in an encoding of one byte a character; the upper ones are
// those of Unicode. 0: the encoding has no such character.
using upper_half = std::array<char16_t, 32>;

constexpr upper_half latin_1 = [] {
    upper_half made{};
    for (std::size_t i = 0; i < made.size(); ++i)
        made[i] = static_cast<char16_t>(0x80 + i);
    return made;
}();

// https://encoding.spec.whatwg.org/index-windows-1252.txt, without what it maps to controls.
constexpr upper_half windows_1252{0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                  0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                  0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                  0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

upper_half const* upper_half_of(std::string_view encoding) {
    if (encoding == "iso-8859-1" || encoding == "latin1") return &latin_1;
    if (encoding == "windows-1252" || encoding == "cp1252") return &windows_1252;
    return nullptr;
}

result<std::string> one_byte_to_utf8(std::string_view text, upper_half const& table,
                                     bool is_tolerant) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const byte = static_cast<unsigned char>(text[i]);
        bool const is_in_table = byte >= 0x80 && byte < 0xA0;
        char32_t const character = is_in_table ? table[byte - 0x80u] : byte;
        if (character == 0 && byte != 0 && is_tolerant) {
            out.append(replacement_character);
            continue;
        }
        if (character == 0 && byte != 0) {
            return error_at(errc::invalid_encoding, text, i, "the encoding has no such character");
        }
        append_utf8(out, character);
    }
    return out;
}

decode_error unsupported(std::string_view text, std::string_view encoding) {
    return error_at(errc::unsupported_charset, text, 0,
                    fmt::format("the encoding {} is not supported; expected UTF-8, UTF-16, "
                                "ISO-8859-1 or Windows-1252",
                                quoted_excerpt(encoding)));
}

// A document of one byte a unit: `encoding` is in lower case, empty for UTF-8.
result<std::string> decode_as(std::string_view text, std::string_view encoding, bool is_tolerant) {
    if (auto const* const table = upper_half_of(encoding)) {
        return one_byte_to_utf8(text, *table, is_tolerant);
    }
    auto const bad = find_invalid_utf8(text);
    if (bad && is_tolerant) return to_valid_utf8(text);
    if (bad) return error_at(errc::invalid_encoding, text, *bad, "this is not valid UTF-8");
    return std::string(text);
}

result<std::string> decode_as_declared(std::string_view text, bool is_tolerant) {
    auto const encoding = declared_encoding(text);
    if (!encoding.empty() && !is_xml_encoding_supported(encoding)) {
        return unsupported(text, encoding);
    }
    if (encoding.starts_with("utf-16")) {
        return error_at(errc::invalid_encoding, text, 0,
                        "the declaration says UTF-16, but the document is not");
    }
    return decode_as(text, encoding, is_tolerant);
}

// By the charset of its Content-Type, in lower case.
result<std::string> decode_as_labelled(std::string_view bytes, std::string_view charset,
                                       bool is_tolerant) {
    if (!charset.starts_with("utf-16")) return decode_as(bytes, charset, is_tolerant);
    // RFC 2781 section 4.3: without a mark, and where nothing else says so, big-endian.
    bool const is_little = charset == "utf-16le" || bytes.starts_with("<\0"sv);
    return utf16_to_utf8(bytes, is_little ? byte_order::little : byte_order::big);
}

} // namespace

result<std::string> xml_to_utf8(std::string_view bytes, xml_reading const& reading) {
    // UTF-32 comes first, because its marks begin like those of UTF-16.
    static constexpr std::array utf32_starts{"\xFF\xFE\0\0"sv, "\0\0\xFE\xFF"sv, "<\0\0\0"sv,
                                             "\0\0\0<"sv};
    for (auto const start : utf32_starts) {
        if (bytes.starts_with(start)) {
            return decode_error{errc::unsupported_charset,
                                "UTF-32 is not supported; expected UTF-8 or UTF-16"};
        }
    }
    if (bytes.starts_with("\xFF\xFE"sv)) return utf16_to_utf8(bytes.substr(2), byte_order::little);
    if (bytes.starts_with("\xFE\xFF"sv)) return utf16_to_utf8(bytes.substr(2), byte_order::big);
    bool const is_marked = bytes.starts_with(byte_order_mark);
    if (is_marked) return decode_as(without_mark(bytes), {}, reading.is_tolerant);
    if (auto const charset = to_lower(reading.charset); !charset.empty()) {
        if (is_xml_encoding_supported(charset)) {
            return decode_as_labelled(bytes, charset, reading.is_tolerant);
        }
        if (!reading.is_tolerant) return unsupported(bytes, charset);
    }
    if (bytes.starts_with("<\0"sv)) return utf16_to_utf8(bytes, byte_order::little);
    if (bytes.starts_with("\0<"sv)) return utf16_to_utf8(bytes, byte_order::big);
    return decode_as_declared(bytes, reading.is_tolerant);
}

bool is_xml_encoding_supported(std::string_view name) {
    static constexpr std::array names{"utf-8"sv,  "utf8"sv,     "us-ascii"sv, "ascii"sv,
                                      "utf-16"sv, "utf-16le"sv, "utf-16be"sv};
    auto const lowered = to_lower(name);
    return std::ranges::find(names, lowered) != names.end() || upper_half_of(lowered) != nullptr;
}

} // namespace sluice::codecs
