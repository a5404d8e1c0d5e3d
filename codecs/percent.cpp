#include "codecs/percent.hpp"

#include "codecs/text.hpp"
#include "codecs/utf8.hpp"

namespace sluice::codecs {

namespace {

// RFC 3986 section 2.3.
bool is_unreserved(char c) noexcept {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

} // namespace

int hex_digit_value(char c) noexcept {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<char> percent_triplet(std::string_view text) noexcept {
    if (text.size() < 3 || text[0] != '%') return std::nullopt;
    auto const high = hex_digit_value(text[1]);
    auto const low = hex_digit_value(text[2]);
    if (high < 0 || low < 0) return std::nullopt;
    return static_cast<char>(high << 4 | low);
}

void append_percent_triplet(std::string& out, char c) {
    static constexpr char digits[] = "0123456789ABCDEF";
    auto const byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15]);
}

void append_percent_encoded(std::string& out, std::string_view text) {
    for (char const c : text) {
        if (is_unreserved(c)) {
            out.push_back(c);
        } else {
            append_percent_triplet(out, c);
        }
    }
}

bool is_dot_segment(std::string_view segment) noexcept {
    std::size_t dots = 0;
    while (!segment.empty()) {
        if (segment.front() == '.') {
            segment.remove_prefix(1);
        } else if (percent_triplet(segment) == '.') {
            segment.remove_prefix(3);
        } else {
            return false;
        }
        ++dots;
    }
    return dots == 1 || dots == 2;
}

result<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded.push_back(text[i]);
            continue;
        }
        auto const byte = percent_triplet(text.substr(i));
        if (!byte) {
            return error_at(errc::syntax, text, i, "expected two hexadecimal digits after %");
        }
        decoded.push_back(*byte);
        i += 2;
    }
    if (find_invalid_utf8(decoded)) {
        return decode_error{errc::invalid_encoding, "the decoded text is not valid UTF-8"};
    }
    return decoded;
}

} // namespace sluice::codecs
