#include "codecs/base64.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace sluice::codecs {

namespace {

constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_base64_digit = 0xFF;

constexpr std::array<std::uint8_t, 256> base64_values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_base64_digit);
    for (std::size_t i = 0; i < base64_digits.size(); ++i)
        values[static_cast<unsigned char>(base64_digits[i])] = static_cast<std::uint8_t>(i);
    return values;
}();

std::uint32_t base64_value(char c) {
    return base64_values[static_cast<unsigned char>(c)];
}

} // namespace

void append_base64(std::string& to, std::span<unsigned char const> bytes) {
    to.reserve(to.size() + (bytes.size() + 2) / 3 * 4);
    for (; !bytes.empty(); bytes = bytes.subspan(std::min<std::size_t>(3, bytes.size()))) {
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8 | (i < bytes.size() ? bytes[i] : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            to += i <= bytes.size() ? base64_digits[group >> (18 - 6 * i) & 63] : '=';
    }
}

void append_base64(std::string& to, std::string_view bytes) {
    append_base64(to, {reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size()});
}

std::optional<std::vector<unsigned char>> decode_base64(std::string_view text) {
    auto const digits = text.substr(0, text.find_last_not_of('=') + 1);
    bool const is_plain =
        std::ranges::none_of(digits, [](char c) { return base64_value(c) == no_base64_digit; });
    if (text.size() % 4 != 0 || text.size() - digits.size() > 2 || !is_plain) return {};
    std::vector<unsigned char> bytes;
    bytes.reserve(text.size() / 4 * 3);
    std::uint32_t group = 0;
    unsigned bits = 0;
    for (char c : digits) {
        group = group << 6 | base64_value(c);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes.push_back(static_cast<unsigned char>(group >> bits & 0xFF));
    }
    return bytes;
}

} // namespace sluice::codecs
