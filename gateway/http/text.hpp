// What HTTP/1.1 is written with: character classes, lists, field lines. Pure, no locale.
#pragma once

#include "codecs/text.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sluice::gateway::http {

using codecs::equal_ignoring_case;
using codecs::is_alpha;
using codecs::is_alphanumeric;
using codecs::is_digit;
using codecs::to_lower;

constexpr bool is_hex_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// A set of bytes with a constant-time test.
class byte_set {
  public:
    constexpr explicit byte_set(std::string_view extra_to_alphanumeric) {
        for (unsigned c = 0; c < 128; ++c) {
            auto const byte = static_cast<char>(c);
            members_[c] = is_alphanumeric(byte);
        }
        for (char c : extra_to_alphanumeric)
            members_[static_cast<unsigned char>(c)] = true;
    }
    constexpr bool contains(char c) const { return members_[static_cast<unsigned char>(c)]; }

  private:
    std::array<bool, 256> members_{};
};

// `tchar` of RFC 9110 section 5.6.2: what methods, field names and codings are made of.
inline constexpr byte_set token_bytes{"!#$%&'*+-.^_`|~"};

constexpr bool is_token(std::string_view text) {
    for (char c : text) {
        if (!token_bytes.contains(c)) return false;
    }
    return !text.empty();
}

// A byte that may stand in a field value, a chunk extension or a trailer (RFC 9110 section 5.5).
constexpr bool is_field_byte(char c) {
    auto const byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
}

// Whether all bytes of a field value may stand there. Eight are looked at together; where one of
// them is a control, each is.
inline bool is_field_text(std::string_view value) {
    constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
    constexpr std::uint64_t tops = ones * 0x80;
    while (value.size() >= sizeof ones) {
        std::uint64_t word = 0;
        std::memcpy(&word, value.data(), sizeof word);
        auto const is_delete = (word ^ ones * 0x7f) - ones;
        if ((((word - ones * 0x20) | is_delete) & ~word & tops) != 0) break;
        value.remove_prefix(sizeof word);
    }
    for (char const c : value) {
        if (!is_field_byte(c)) return false;
    }
    return true;
}

constexpr std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

// Calls `visit` with each element of a list that commas separate, the white space around it taken
// away; empty ones too (RFC 9110 section 5.6.1).
template <class Visit>
void for_each_element(std::string_view list, Visit visit) {
    while (true) {
        auto const comma = list.find(',');
        visit(trim(list.substr(0, comma)));
        if (comma == std::string_view::npos) return;
        list.remove_prefix(comma + 1);
    }
}

// Takes the field line at the front of `lines` away, each of which ends with CRLF; false when there
// is none. A line without a colon has an empty name, and is a value as a whole.
inline bool next_field(std::string_view& lines, std::string_view& name, std::string_view& value) {
    if (lines.empty()) return false;
    auto const end = lines.find("\r\n");
    auto const line = lines.substr(0, end);
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 2);
    auto const colon = line.find(':');
    bool const has_name = colon != std::string_view::npos;
    name = has_name ? line.substr(0, colon) : std::string_view();
    value = trim(has_name ? line.substr(colon + 1) : line);
    return true;
}

} // namespace sluice::gateway::http
