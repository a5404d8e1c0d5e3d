// Character classes of HTTP and the one comparison it needs. Pure, constexpr, no locale.
#pragma once
#include <array>
#include <cstddef>
#include <string_view>

namespace sluice::gateway::http {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_alpha(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_hex_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// A set of bytes with a constant-time test.
class byte_set {
  public:
    constexpr explicit byte_set(std::string_view extra_to_alphanumeric) {
        for (unsigned c = 0; c < 128; ++c) {
            auto const byte = static_cast<char>(c);
            members_[c] = is_alpha(byte) || is_digit(byte);
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

constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Equality of ASCII texts where letter case does not matter.
constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (to_lower(a[i]) != to_lower(b[i])) return false;
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

} // namespace sluice::gateway::http
