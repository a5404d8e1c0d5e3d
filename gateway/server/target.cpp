#include "gateway/server/target.hpp"

#include "gateway/http/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace sluice::gateway::server {
namespace {

constexpr http::byte_set path_bytes{"-._~!$&'()*+,;=:@/%"};
constexpr http::byte_set query_bytes{"-._~!$&'()*+,;=:@/%?[]"};
constexpr http::byte_set host_name_bytes{"-._~"};
constexpr std::string_view raw_bytes = "|{}^[]\"";
constexpr http::byte_set raw_path_bytes{"-._~!$&'()*+,;=:@/%|{}^[]\""};
constexpr http::byte_set raw_query_bytes{"-._~!$&'()*+,;=:@/%?|{}^[]\""};

// The place of the first byte that is not allowed, or of a "%" without its digits.
std::size_t find_bad_byte(std::string_view text, http::byte_set const& allowed) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!allowed.contains(text[i])) return i;
        if (text[i] != '%') continue;
        bool const has_digits = i + 2 < text.size() && http::is_hex_digit(text[i + 1]) &&
                                http::is_hex_digit(text[i + 2]);
        if (!has_digits) return i;
    }
    return text.npos;
}

bool holds_only(std::string_view text, http::byte_set const& allowed) {
    return find_bad_byte(text, allowed) == text.npos;
}

bool takes_raw_bytes(std::string_view path) {
    return path.starts_with("/in/");
}

bool is_port(std::string_view text) {
    if (text.size() > 5) return false;
    unsigned port = 0;
    for (char c : text) {
        if (!http::is_digit(c)) return false;
        port = port * 10 + static_cast<unsigned>(c - '0');
    }
    return port <= 65535;
}

// What follows "http://" or "https://"; empty if the text begins with neither.
std::optional<std::string_view> without_scheme(std::string_view text) {
    for (std::string_view scheme : {"http://", "https://"}) {
        if (text.size() < scheme.size()) continue;
        if (http::equal_ignoring_case(text.substr(0, scheme.size()), scheme)) {
            return text.substr(scheme.size());
        }
    }
    return {};
}

// The byte at `i`, decoded if it is percent-encoded; moves `i` behind it.
char next_byte(std::string_view path, std::size_t& i) {
    constexpr auto value = [](char digit) {
        auto const lower = http::to_lower(digit);
        return http::is_digit(lower) ? lower - '0' : lower - 'a' + 10;
    };
    char const c = path[i++];
    bool const is_encoded = c == '%' && i + 2 <= path.size() && http::is_hex_digit(path[i]) &&
                            http::is_hex_digit(path[i + 1]);
    if (!is_encoded) return c;
    auto const byte = value(path[i]) * 16 + value(path[i + 1]);
    i += 2;
    return static_cast<char>(byte);
}

} // namespace

bool has_dot_segment(std::string_view path) {
    std::size_t dots = 0;
    bool is_only_dots = true;
    for (std::size_t i = 0; i < path.size();) {
        char const c = next_byte(path, i);
        if (c == '/' || c == '\\') {
            if (is_only_dots && (dots == 1 || dots == 2)) return true;
            dots = 0;
            is_only_dots = true;
        } else if (c == '.') {
            ++dots;
        } else {
            is_only_dots = false;
        }
    }
    return is_only_dots && (dots == 1 || dots == 2);
}

bool is_host(std::string_view text) {
    std::size_t host_size = 0;
    if (text.starts_with('[')) {
        auto const end = text.find(']');
        if (end == std::string_view::npos || end < 3) return false;
        for (char c : text.substr(1, end - 1)) {
            if (!http::is_hex_digit(c) && c != ':' && c != '.') return false;
        }
        host_size = end + 1;
    } else {
        while (host_size < text.size() && host_name_bytes.contains(text[host_size]))
            ++host_size;
        if (host_size == 0) return false;
    }
    auto const rest = text.substr(host_size);
    return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
}

std::optional<target_parts> parse_target(std::string_view text, std::string_view method) {
    target_parts parts;
    if (text == "*") {
        if (method != "OPTIONS") return {};
        parts.target = parts.path = text;
        return parts;
    }
    if (!text.starts_with('/')) {
        auto const rest = without_scheme(text);
        if (!rest) return {};
        auto const authority_size = std::min(rest->find_first_of("/?"), rest->size());
        parts.authority = rest->substr(0, authority_size);
        if (!is_host(parts.authority)) return {};
        text = rest->substr(authority_size);
    }
    auto const path_size = std::min(text.find('?'), text.size());
    parts.target = text.empty() ? "/" : text;
    parts.path = path_size == 0 ? "/" : text.substr(0, path_size);
    if (path_size < text.size()) parts.query = text.substr(path_size + 1);
    bool const is_raw = takes_raw_bytes(parts.path);
    bool const is_good = holds_only(parts.path, is_raw ? raw_path_bytes : path_bytes) &&
                         holds_only(parts.query, is_raw ? raw_query_bytes : query_bytes);
    if (!is_good) return {};
    return parts;
}

std::string target_problem(std::string_view text) {
    auto const query = std::min(text.find('?'), text.size());
    bool const is_raw = takes_raw_bytes(text);
    auto at = find_bad_byte(text.substr(0, query), is_raw ? raw_path_bytes : path_bytes);
    if (at == text.npos && query < text.size()) {
        at = find_bad_byte(text.substr(query), is_raw ? raw_query_bytes : query_bytes);
        if (at != text.npos) at += query;
    }
    if (!text.starts_with('/') || at == text.npos) return "The request target is malformed.";
    if (text[at] == '%') {
        return fmt::format("The request target has a % without two hexadecimal digits behind it "
                           "at byte {}.",
                           at + 1);
    }
    return fmt::format("The request target has the byte 0x{:02X} at byte {}, which must be "
                       "percent-encoded there.",
                       static_cast<unsigned char>(text[at]), at + 1);
}

std::string encode_raw_bytes(std::string_view target) {
    std::string encoded;
    encoded.reserve(target.size() + 8);
    for (char const c : target) {
        if (raw_bytes.find(c) == raw_bytes.npos)
            encoded += c;
        else
            fmt::format_to(std::back_inserter(encoded), "%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded;
}

} // namespace sluice::gateway::server
