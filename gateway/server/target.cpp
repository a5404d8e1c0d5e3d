#include "gateway/server/target.hpp"

#include "gateway/http/text.hpp"

#include <algorithm>

namespace sluice::gateway::server {
namespace {

constexpr http::byte_set path_bytes{"-._~!$&'()*+,;=:@/%"};
constexpr http::byte_set query_bytes{"-._~!$&'()*+,;=:@/%?[]"};
constexpr http::byte_set host_name_bytes{"-._~"};

bool holds_only(std::string_view text, http::byte_set const& allowed) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!allowed.contains(text[i])) return false;
        if (text[i] != '%') continue;
        if (i + 2 >= text.size() || !http::is_hex_digit(text[i + 1]) || !http::is_hex_digit(text[i + 2])) {
            return false;
        }
    }
    return true;
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
    bool const is_encoded =
        c == '%' && i + 2 <= path.size() && http::is_hex_digit(path[i]) && http::is_hex_digit(path[i + 1]);
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
    if (!holds_only(parts.path, path_bytes) || !holds_only(parts.query, query_bytes)) return {};
    return parts;
}

} // namespace sluice::gateway::server
