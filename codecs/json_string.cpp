#include "codecs/json_string.hpp"

#include "codecs/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace sluice::codecs {

namespace {

// What would move a cursor, end a line or hide text, beyond ASCII's controls: C1, the two Unicode
// line ends, and the marks that turn the direction of writing.
bool is_unprintable(char32_t c) noexcept {
    return (c >= 0x80 && c <= 0x9F) || c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

enum class escaping { needed, unprintable_too };

std::string_view short_escape(char c) noexcept {
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return {};
    }
}

void append_unit(std::string& out, char32_t unit) {
    static constexpr char digits[] = "0123456789abcdef";
    char const escape[] = {'\\',
                           'u',
                           digits[(unit >> 12) & 15],
                           digits[(unit >> 8) & 15],
                           digits[(unit >> 4) & 15],
                           digits[unit & 15]};
    out.append(escape, sizeof escape);
}

bool is_plain(unsigned char byte) noexcept {
    return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

// Where the first byte stands, from `at` on, that cannot be copied as it is; the size, if none
// does. Nearly all can: eight are looked at together (an eighth of the instructions).
std::size_t find_special(std::string_view text, std::size_t at) noexcept {
    constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
    constexpr std::uint64_t tops = ones * 0x80;
    for (; text.size() - at >= sizeof ones; at += sizeof ones) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, sizeof word);
        // A byte's top bit is set where it is not plain; behind such a byte it may be set as well.
        auto const is_control = word - ones * 0x20;
        auto const is_quote = (word ^ ones * '"') - ones;
        auto const is_backslash = (word ^ ones * '\\') - ones;
        auto const is_delete = (word ^ ones * 0x7F) - ones;
        if (((word | is_control | is_quote | is_backslash | is_delete) & tops) != 0) break;
    }
    while (at < text.size() && is_plain(static_cast<unsigned char>(text[at])))
        ++at;
    return at;
}

template <escaping How>
void append_contents(std::string& out, std::string_view text) {
    std::size_t copied = 0;
    std::size_t i = 0;
    // Copies what stands before `i`, and goes on behind the `step` bytes that are replaced.
    auto const pass_over = [&](std::size_t step) {
        out.append(text.substr(copied, i - copied));
        copied = i + step;
    };
    while ((i = find_special(text, i)) < text.size()) {
        auto const byte = static_cast<unsigned char>(text[i]);
        std::size_t step = 1;
        if (byte < 0x80) {
            pass_over(1);
            auto const escape = short_escape(text[i]);
            escape.empty() ? append_unit(out, byte) : void(out.append(escape));
        } else {
            auto const here = text.substr(i);
            step = utf8_sequence_length(here);
            if (step == 0) {
                step = 1;
                pass_over(1);
                out.append(replacement_character);
            } else if (How == escaping::unprintable_too && is_unprintable(utf8_code_point(here))) {
                pass_over(step);
                append_unit(out, utf8_code_point(here));
            }
        }
        i += step;
    }
    out.append(text.substr(copied));
}

} // namespace

void append_json_string_contents(std::string& out, std::string_view text) {
    append_contents<escaping::needed>(out, text);
}

void append_json_string(std::string& out, std::string_view text) {
    out.push_back('"');
    append_contents<escaping::needed>(out, text);
    out.push_back('"');
}

void append_printable_json_string(std::string& out, std::string_view text) {
    out.push_back('"');
    append_contents<escaping::unprintable_too>(out, text);
    out.push_back('"');
}

} // namespace sluice::codecs
