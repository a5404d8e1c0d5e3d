#include "codecs/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace sluice::codecs {

namespace {

unsigned char byte_at(std::string_view text, std::size_t i) noexcept {
    return static_cast<unsigned char>(text[i]);
}

bool is_continuation(unsigned char byte) noexcept {
    return (byte & 0xC0) == 0x80;
}

// The second byte decides about overlong forms, surrogates and the upper end (RFC 3629 section 4).
bool is_second_byte(unsigned char first, unsigned char second) noexcept {
    switch (first) {
    case 0xE0:
        return second >= 0xA0 && second <= 0xBF;
    case 0xED:
        return second >= 0x80 && second <= 0x9F;
    case 0xF0:
        return second >= 0x90 && second <= 0xBF;
    case 0xF4:
        return second >= 0x80 && second <= 0x8F;
    default:
        return is_continuation(second);
    }
}

constexpr std::size_t block_size = sizeof(std::uint64_t);

bool is_ascii_block(std::string_view text, std::size_t i) noexcept {
    if (text.size() - i < block_size) return false;
    std::uint64_t block = 0;
    std::memcpy(&block, text.data() + i, block_size);
    return (block & 0x8080808080808080U) == 0;
}

} // namespace

std::size_t utf8_sequence_length(std::string_view text) noexcept {
    if (text.empty()) return 0;
    auto const first = byte_at(text, 0);
    if (first < 0x80) return 1;
    if (first < 0xC2 || first > 0xF4) return 0;
    std::size_t const length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (text.size() < length || !is_second_byte(first, byte_at(text, 1))) return 0;
    for (std::size_t i = 2; i < length; ++i) {
        if (!is_continuation(byte_at(text, i))) return 0;
    }
    return length;
}

std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept {
    std::size_t i = 0;
    while (i < text.size()) {
        if (is_ascii_block(text, i)) {
            i += block_size;
            continue;
        }
        if (byte_at(text, i) < 0x80) {
            ++i;
            continue;
        }
        auto const length = utf8_sequence_length(text.substr(i));
        if (length == 0) return i;
        i += length;
    }
    return std::nullopt;
}

std::size_t utf8_length(std::string_view text) noexcept {
    auto const begins_one = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_one));
}

std::string_view utf8_beginning(std::string_view text, std::size_t most) noexcept {
    if (text.size() <= most) return text;
    // The first byte of the sequence that the cut is in stands at most three bytes before it.
    for (std::size_t back = 1; back <= 3 && back <= most; ++back) {
        auto const length = utf8_sequence_length(text.substr(most - back));
        if (length == 0) continue;
        return text.substr(0, length > back ? most - back : most);
    }
    return text.substr(0, most);
}

char32_t utf8_code_point(std::string_view text) noexcept {
    auto const length = utf8_sequence_length(text);
    if (length == 0) return 0xFFFD;
    if (length == 1) return byte_at(text, 0);
    char32_t code_point = byte_at(text, 0) & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        code_point = (code_point << 6) | (byte_at(text, i) & 0x3FU);
    }
    return code_point;
}

void append_utf8(std::string& out, char32_t code_point) {
    bool const is_surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (is_surrogate || code_point > 0x10FFFF) code_point = 0xFFFD;
    auto const tail = [&out, code_point](unsigned shift) {
        out.push_back(static_cast<char>(0x80 | ((code_point >> shift) & 0x3F)));
    };
    if (code_point < 0x80) {
        out.push_back(static_cast<char>(code_point));
    } else if (code_point < 0x800) {
        out.push_back(static_cast<char>(0xC0 | (code_point >> 6)));
        tail(0);
    } else if (code_point < 0x10000) {
        out.push_back(static_cast<char>(0xE0 | (code_point >> 12)));
        tail(6);
        tail(0);
    } else {
        out.push_back(static_cast<char>(0xF0 | (code_point >> 18)));
        tail(12);
        tail(6);
        tail(0);
    }
}

std::string to_valid_utf8(std::string_view text) {
    std::string valid;
    valid.reserve(text.size());
    while (!text.empty()) {
        auto const bad = find_invalid_utf8(text);
        valid.append(text.substr(0, bad.value_or(text.size())));
        if (!bad) break;
        valid.append(replacement_character);
        text.remove_prefix(*bad + 1);
    }
    return valid;
}

} // namespace sluice::codecs
