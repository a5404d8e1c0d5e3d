// Text looked at eight characters at a time: finding one, and digits. Pure. One start reads a
// hundred characters for each line of the journal: it takes a quarter of what a loop over them
// does.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace sluice::queue {

static_assert(std::endian::native == std::endian::little);

inline std::uint64_t word_at(char const* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
}

// Where the first `c` stands, or the end. Words are short: eight characters at a step take half of
// a call that finds it.
inline std::size_t find_near(std::string_view text, char c) {
    constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
    std::uint64_t const pattern = ones * static_cast<unsigned char>(c);
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        auto const other = word_at(text.data() + at) ^ pattern;
        auto const found = (other - ones) & ~other & ones * 0x80; // the lowest is one
        if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
    }
    while (at < text.size() && text[at] != c)
        ++at;
    return at;
}

// Eight characters at a time, the first in the lowest byte: whether all are digits, and what they
// come to: pairs, fours and all of them are added up side by side.
inline bool are_digits(std::uint64_t eight) {
    constexpr std::uint64_t high = 0xF0F0'F0F0'F0F0'F0F0;
    return ((eight & high) | ((eight + 0x0606'0606'0606'0606) & high) >> 4) ==
           0x3333'3333'3333'3333;
}
inline std::uint64_t value_of(std::uint64_t eight) {
    eight = (eight & 0x0F0F'0F0F'0F0F'0F0F) * (1 + (10 << 8)) >> 8;
    eight = (eight & 0x00FF'00FF'00FF'00FF) * (1 + (100 << 16)) >> 16;
    return (eight & 0x0000'FFFF'0000'FFFF) * (1 + (10'000ull << 32)) >> 32;
}

inline constexpr std::size_t most_short_digits = 19;
// The number that up to `most_short_digits` come to, which does not pass 64 bits; of none 0.
inline std::optional<std::uint64_t> short_decimal(std::string_view digits) {
    std::uint64_t value = 0;
    constexpr std::uint64_t no_digits = 0x3030'3030'3030'3030;
    if (digits.size() > 8 && digits.size() <= 16) { // as times are: both ends, without a loop
        auto const more = 8 * (16 - digits.size()); // bits of the first eight that are of the last
        auto const first = word_at(digits.data()) << more | (no_digits & ((1ull << more) - 1));
        auto const last = word_at(digits.data() + digits.size() - 8);
        if (!are_digits(first) || !are_digits(last)) return std::nullopt;
        return value_of(first) * 100'000'000 + value_of(last);
    }
    for (; digits.size() >= 8; digits.remove_prefix(8)) {
        auto const eight = word_at(digits.data());
        if (!are_digits(eight)) return std::nullopt;
        value = value * 100'000'000 + value_of(eight);
    }
    unsigned highest = 0;
    for (char const c : digits) {
        auto const digit = static_cast<unsigned>(static_cast<unsigned char>(c)) - '0';
        highest = std::max(highest, digit); // also of what stands below '0': it wraps around
        value = value * 10 + digit;
    }
    if (highest > 9) return std::nullopt;
    return value;
}

} // namespace sluice::queue
