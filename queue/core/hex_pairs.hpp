// Both hex digits of each byte, in lower case: byte n at 2 n.
#pragma once

#include <array>
#include <cstddef>

namespace sluice::queue {

inline constexpr char hex_digits[] = "0123456789abcdef";

inline constexpr auto hex_pairs = [] {
    std::array<char, 512> all{};
    for (std::size_t byte = 0; byte < 256; ++byte) {
        all[2 * byte] = hex_digits[byte >> 4];
        all[2 * byte + 1] = hex_digits[byte & 15];
    }
    return all;
}();

} // namespace sluice::queue
