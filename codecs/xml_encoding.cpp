#include "codecs/xml_encoding.hpp"

#include "codecs/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sluice::codecs {

namespace {

using namespace std::string_view_literals;

enum class byte_order { little, big };

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    return out;
}

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
    return lower(declaration.substr(open + 1, close - open - 1));
}

result<std::string> check_utf8(std::string_view text) {
    auto const encoding = declared_encoding(text);
    if (!encoding.empty() && !is_xml_encoding_supported(encoding)) {
        return error_at(errc::unsupported_charset, text, 0,
                        fmt::format("the encoding {} is not supported; expected UTF-8 or UTF-16",
                                    quoted_excerpt(encoding)));
    }
    if (encoding.starts_with("utf-16")) {
        return error_at(errc::invalid_encoding, text, 0,
                        "the declaration says UTF-16, but the document is not");
    }
    if (auto const bad = find_invalid_utf8(text)) {
        return error_at(errc::invalid_encoding, text, *bad, "this is not valid UTF-8");
    }
    return std::string(text);
}

} // namespace

result<std::string> xml_to_utf8(std::string_view bytes) {
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
    if (bytes.starts_with("<\0"sv)) return utf16_to_utf8(bytes, byte_order::little);
    if (bytes.starts_with("\0<"sv)) return utf16_to_utf8(bytes, byte_order::big);
    if (bytes.starts_with("\xEF\xBB\xBF"sv)) bytes.remove_prefix(3);
    return check_utf8(bytes);
}

bool is_xml_encoding_supported(std::string_view name) {
    static constexpr std::array names{"utf-8"sv,  "utf8"sv,     "us-ascii"sv, "ascii"sv,
                                      "utf-16"sv, "utf-16le"sv, "utf-16be"sv};
    return std::find(names.begin(), names.end(), lower(name)) != names.end();
}

} // namespace sluice::codecs
