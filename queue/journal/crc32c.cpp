#include "queue/journal/crc32c.hpp"

#include "queue/core/eight_at_once.hpp"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace sluice::queue {

namespace {

constexpr std::uint32_t polynomial = 0x82F63B78; // reflected

using table = std::array<std::array<std::uint32_t, 256>, 8>;

// Slicing by eight: row k holds the effect of a byte that k more bytes follow.
constexpr table make_table() {
    table rows{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit)
            crc = crc & 1 ? crc >> 1 ^ polynomial : crc >> 1;
        rows[0][byte] = crc;
    }
    for (std::size_t k = 1; k < 8; ++k) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            auto const before = rows[k - 1][byte];
            rows[k][byte] = before >> 8 ^ rows[0][before & 255];
        }
    }
    return rows;
}

constexpr table rows = make_table();

std::uint64_t load_little_endian(char const* at) {
    std::uint64_t value = 0;
    for (int i = 7; i >= 0; --i)
        value = value << 8 | static_cast<unsigned char>(at[i]);
    return value;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t by_instruction(std::string_view bytes,
                                                               std::uint32_t before) {
    std::uint64_t crc = ~before;
    char const* at = bytes.data();
    std::size_t left = bytes.size();
    // Four words a step: the loop itself would cost more than the checksum.
    for (; left >= 32; at += 32, left -= 32) {
        crc = _mm_crc32_u64(crc, word_at(at));
        crc = _mm_crc32_u64(crc, word_at(at + 8));
        crc = _mm_crc32_u64(crc, word_at(at + 16));
        crc = _mm_crc32_u64(crc, word_at(at + 24));
    }
    for (; left >= 8; at += 8, left -= 8)
        crc = _mm_crc32_u64(crc, word_at(at));
    auto narrow = static_cast<std::uint32_t>(crc);
    if ((left & 4) != 0) {
        std::uint32_t half = 0;
        std::memcpy(&half, at, sizeof half);
        narrow = _mm_crc32_u32(narrow, half);
        at += sizeof half;
    }
    for (left &= 3; left > 0; ++at, --left)
        narrow = _mm_crc32_u8(narrow, static_cast<unsigned char>(*at));
    return ~narrow;
}
#endif

using function = std::uint32_t (*)(std::string_view, std::uint32_t);

function choose() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2")) return &by_instruction;
#endif
    return &crc32c_by_table;
}

// Here and not in the function, which would ask each time whether it has been chosen: no checksum
// is asked for before main.
function const chosen = choose();

} // namespace

std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t before) {
    std::uint32_t crc = ~before;
    char const* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 8; at += 8, left -= 8) {
        std::uint64_t const word = load_little_endian(at) ^ crc;
        crc = 0;
        for (std::size_t k = 0; k < 8; ++k)
            crc ^= rows[7 - k][word >> (8 * k) & 255];
    }
    for (; left > 0; ++at, --left)
        crc = crc >> 8 ^ rows[0][(crc ^ static_cast<unsigned char>(*at)) & 255];
    return ~crc;
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) {
    return chosen(bytes, before);
}

} // namespace sluice::queue
