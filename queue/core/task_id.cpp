#include "queue/core/task_id.hpp"

#include "queue/core/eight_at_once.hpp"
#include "queue/core/hex_pairs.hpp"

#include <bit>
#include <utility>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace sluice::queue {

namespace {

// The digits of the bytes from `begin` on, without a loop: every record and every answer has one or
// two ids, and this takes a third of what a loop over all bytes does.
template <std::size_t begin, std::size_t... i>
char* put_group(task_id const& id, char* at, std::index_sequence<i...>) {
    (std::memcpy(at + 2 * i, &hex_pairs[std::size_t{2} * id.bytes[begin + i]], 2), ...);
    return at + 2 * sizeof...(i);
}

constexpr std::array<std::size_t, 4> dashes{8, 13, 18, 23};

// Bytes that are random, or hold the log (big-endian).
constexpr std::size_t log_begin = 9;
constexpr std::size_t log_end = 12;

// What tells a report from its task, besides the time: one byte turned over. The first was taken
// until ids named a log.
constexpr std::size_t early_report_byte = 9;
constexpr std::size_t report_byte = 12;

void turn_over(std::uint8_t& byte) {
    byte = static_cast<std::uint8_t>(~byte);
}

#if defined(__SSE2__)
// Sixteen digits at a time: one id for each line of a journal at every start, in 28 ns where
// looking each digit up took 39. False: one of them is none.
bool take_half(std::uint64_t first, std::uint64_t second, __m128i& pairs) {
    auto const text = _mm_set_epi64x(static_cast<long long>(second), static_cast<long long>(first));
    auto const below = [](__m128i x, char end) { return _mm_cmplt_epi8(x, _mm_set1_epi8(end)); };
    auto const from = [](__m128i x, char begin) {
        return _mm_cmpgt_epi8(x, _mm_set1_epi8(static_cast<char>(begin - 1)));
    };
    auto const is_digit = _mm_and_si128(from(text, '0'), below(text, '9' + 1));
    auto const lower = _mm_or_si128(text, _mm_set1_epi8(0x20));
    auto const is_letter = _mm_and_si128(from(lower, 'a'), below(lower, 'f' + 1));
    if (_mm_movemask_epi8(_mm_or_si128(is_digit, is_letter)) != 0xFFFF) return false;
    auto const values = _mm_add_epi8(_mm_and_si128(text, _mm_set1_epi8(0x0F)),
                                     _mm_and_si128(is_letter, _mm_set1_epi8(9)));
    auto const high = _mm_slli_epi16(values, 4); // the first digit of two is the lower byte
    pairs = _mm_and_si128(_mm_or_si128(high, _mm_srli_epi16(values, 8)), _mm_set1_epi16(0xFF));
    return true;
}

std::uint64_t four_and_four(char const* first, char const* second) {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::memcpy(&low, first, sizeof low);
    std::memcpy(&high, second, sizeof high);
    return std::uint64_t{high} << 32 | low;
}

bool take_digits(char const* text, task_id& id) {
    __m128i low;
    __m128i high;
    if (!take_half(word_at(text), four_and_four(text + 9, text + 14), low)) return false;
    if (!take_half(four_and_four(text + 19, text + 24), word_at(text + 28), high)) return false;
    auto const bytes = _mm_packus_epi16(low, high);
    std::memcpy(id.bytes.data(), &bytes, sizeof bytes);
    return true;
}
#else
// Where the two digits of each byte stand.
constexpr std::array<std::uint8_t, 16> byte_places{0,  2,  4,  6,  9,  11, 14, 16,
                                                   19, 21, 24, 26, 28, 30, 32, 34};

// What each character stands for; above 15: it is no digit.
constexpr auto digit_values = [] {
    std::array<std::uint8_t, 256> all{};
    all.fill(0xFF);
    for (std::uint8_t i = 0; i < 16; ++i) {
        all[static_cast<unsigned char>(hex_digits[i])] = i;
        all[static_cast<unsigned char>("0123456789ABCDEF"[i])] = i;
    }
    return all;
}();

// Without a branch for each digit it takes a fifth of the time. False: one of them is none.
bool take_digits(char const* text, task_id& id) {
    unsigned all = 0;
    for (std::size_t i = 0; i < id.bytes.size(); ++i) {
        unsigned const high = digit_values[static_cast<unsigned char>(text[byte_places[i]])];
        unsigned const low = digit_values[static_cast<unsigned char>(text[byte_places[i] + 1u])];
        all |= high | low;
        id.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return all <= 15;
}
#endif

} // namespace

char* to_chars(task_id const& id, char* first) {
    first = put_group<0>(id, first, std::make_index_sequence<4>());
    *first++ = '-';
    first = put_group<4>(id, first, std::make_index_sequence<2>());
    *first++ = '-';
    first = put_group<6>(id, first, std::make_index_sequence<2>());
    *first++ = '-';
    first = put_group<8>(id, first, std::make_index_sequence<2>());
    *first++ = '-';
    return put_group<10>(id, first, std::make_index_sequence<6>());
}

std::string to_string(task_id const& id) {
    std::string text(task_id_length, '\0');
    to_chars(id, text.data());
    return text;
}

boost::system::result<task_id> parse_task_id(std::string_view text) {
    auto const bad = make_error_code(boost::system::errc::invalid_argument);
    if (text.size() != task_id_length) return bad;
    for (auto const i : dashes) {
        if (text[i] != '-') return bad;
    }
    task_id id;
    if (!take_digits(text.data(), id)) return bad;
    return id;
}

wall_time time_of(task_id const& id) {
    static_assert(std::endian::native == std::endian::little);
    std::uint64_t head = 0;
    std::memcpy(&head, id.bytes.data(), sizeof head);
    return wall_time{std::chrono::milliseconds{__builtin_bswap64(head) >> 16}};
}

task_id member_of(task_id const& group, std::uint16_t n) {
    // Never the group's own id: the number that is mixed into its last two bytes is not 0.
    auto const mark = static_cast<std::uint16_t>(n + 1);
    task_id member = group;
    member.bytes[14] = static_cast<std::uint8_t>(member.bytes[14] ^ mark >> 8);
    member.bytes[15] = static_cast<std::uint8_t>(member.bytes[15] ^ (mark & 0xFF));
    return member;
}

task_id report_of(task_id const& task, wall_time ended) {
    task_id report = task;
    auto const milliseconds = static_cast<std::uint64_t>(ended.time_since_epoch().count());
    for (std::size_t i = 0; i < 6; ++i) {
        report.bytes[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
    }
    // Never the task's own id, nor that of a member of its group: those differ in the last bytes.
    turn_over(report.bytes[report_byte]);
    return report;
}

task_id other_report_of(task_id const& report) {
    task_id other = report;
    turn_over(other.bytes[report_byte]);
    turn_over(other.bytes[early_report_byte]);
    return other;
}

std::uint32_t log_of(task_id const& id) {
    std::uint32_t log = 0;
    for (std::size_t i = log_begin; i < log_end; ++i)
        log = log << 8 | id.bytes[i];
    return log;
}

task_id task_id_generator::next(wall_time now) {
    auto const fresh = static_cast<std::uint64_t>(now.time_since_epoch().count()) << 12;
    ticks_ = fresh > ticks_ ? fresh : ticks_ + 1;
    // Each half in one register: a third of what byte after byte takes.
    static_assert(std::endian::native == std::endian::little);
    constexpr std::uint64_t version = 0x7000;
    constexpr std::uint64_t counter = 0x0FFF;
    constexpr std::uint64_t variant = 0x80; // in the lowest byte, which stands first
    std::uint64_t const head = __builtin_bswap64(ticks_ >> 12 << 16 | version | (ticks_ & counter));
    std::uint64_t const tail = (random_.next() & ~std::uint64_t{0xC0}) | variant;
    task_id id;
    std::memcpy(id.bytes.data(), &head, sizeof head);
    std::memcpy(id.bytes.data() + sizeof head, &tail, sizeof tail);
    if (log_ == no_log) return id;
    for (std::size_t i = log_begin; i < log_end; ++i)
        id.bytes[i] = static_cast<std::uint8_t>(log_ >> 8 * (log_end - 1 - i));
    return id;
}

} // namespace sluice::queue
