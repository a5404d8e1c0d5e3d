// Numbers written as digits, several at a step, where the caller has made room. Pure. What returns
// something returns the end of what it wrote.
#pragma once

#include "queue/core/hex_pairs.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sluice::queue {

inline constexpr auto digit_pairs = [] {
    std::array<char, 200> all{};
    for (std::size_t n = 0; n < 100; ++n) {
        all[2 * n] = static_cast<char>('0' + n / 10);
        all[2 * n + 1] = static_cast<char>('0' + n % 10);
    }
    return all;
}();

inline void put_pair(char* at, std::uint32_t below_100) {
    std::memcpy(at, &digit_pairs[2 * std::size_t{below_100}], 2);
}

inline void put_four(char* at, std::uint32_t below_10000) {
    put_pair(at, below_10000 / 100);
    put_pair(at + 2, below_10000 % 100);
}

// In one register: halves, pairs, digits. Two thirds of what a table of pairs takes.
inline void put_eight(char* at, std::uint32_t below_10_to_8) {
    std::uint64_t lanes = below_10_to_8 / 10'000 | std::uint64_t{below_10_to_8 % 10'000}
                                                       << 32;         // of four digits
    auto const hundreds = lanes * 5243 >> 19 & 0x0000'007F'0000'007F; // x / 100
    lanes = hundreds | (lanes - hundreds * 100) << 16;
    auto const tens = lanes * 103 >> 10 & 0x000F'000F'000F'000F; // x / 10
    lanes = tens | (lanes - tens * 10) << 8;
    lanes |= 0x3030'3030'3030'3030;
    if constexpr (std::endian::native == std::endian::big) lanes = __builtin_bswap64(lanes);
    std::memcpy(at, &lanes, sizeof(lanes));
}

// One to four digits.
inline char* put_short(char* at, std::uint32_t below_10000) {
    if (below_10000 >= 100) {
        auto const high = below_10000 / 100;
        if (high >= 10) {
            put_pair(at, high);
            at += 2;
        } else {
            *at++ = static_cast<char>('0' + high);
        }
        put_pair(at, below_10000 % 100);
        return at + 2;
    }
    if (below_10000 >= 10) {
        put_pair(at, below_10000);
        return at + 2;
    }
    *at = static_cast<char>('0' + below_10000);
    return at + 1;
}

// One to eight digits.
inline char* put_middle(char* at, std::uint32_t below_10_to_8) {
    if (below_10_to_8 < 10'000) return put_short(at, below_10_to_8);
    at = put_short(at, below_10_to_8 / 10'000);
    put_four(at, below_10_to_8 % 10'000);
    return at + 4;
}

// A line holds five numbers or more, most of them times of 13 digits. Eight digits at a step and
// each written where it stays: half of writing them from the end and moving them, a quarter of
// std::to_chars, which counts them first.
inline char* put_decimal(char* at, std::uint64_t value) {
    constexpr std::uint64_t step = 100'000'000;
    if (value < step) return put_middle(at, static_cast<std::uint32_t>(value));
    auto const rest = value / step;
    if (rest < step) {
        at = put_middle(at, static_cast<std::uint32_t>(rest));
    } else {
        at = put_middle(at, static_cast<std::uint32_t>(rest / step));
        put_eight(at, static_cast<std::uint32_t>(rest % step));
        at += 8;
    }
    put_eight(at, static_cast<std::uint32_t>(value % step));
    return at + 8;
}

inline char* put_hex32(char* at, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8, at += 2)
        std::memcpy(at, &hex_pairs[std::size_t{2} * (value >> shift & 255)], 2);
    return at;
}

} // namespace sluice::queue
