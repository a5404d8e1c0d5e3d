#include "gateway/config/url.hpp"

#include "gateway/config/error.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>
#include <vector>

namespace sluice::gateway::config {
namespace {

constexpr std::size_t longest_host = 253; // RFC 1035 section 2.3.4

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool is_host_character(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.' || c == '_';
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

/// "10", "0x0a", "012". Nothing where it is no number, or one beyond 32 bits.
std::optional<std::uint64_t> parse_part(std::string_view part) {
    int base = 10;
    if (part.starts_with("0x") || part.starts_with("0X")) {
        base = 16;
        part.remove_prefix(2);
        if (part.empty()) return 0;
    } else if (part.size() > 1 && part.starts_with('0')) {
        base = 8;
        part.remove_prefix(1);
    }
    std::uint64_t value = 0;
    auto const [end, ec] = std::from_chars(part.data(), part.data() + part.size(), value, base);
    if (ec != std::errc() || end != part.data() + part.size() || value > 0xffffffffU) return {};
    return value;
}

std::vector<std::string_view> split_at_dots(std::string_view host) {
    std::vector<std::string_view> parts;
    while (true) {
        auto const dot = host.find('.');
        parts.push_back(host.substr(0, dot));
        if (dot == std::string_view::npos) return parts;
        host.remove_prefix(dot + 1);
    }
}

/// WHATWG URL, "ends in a number checker": such a host is an address or nothing.
bool ends_in_number(std::string_view last) {
    return !last.empty() && (std::ranges::all_of(last, is_digit) || parse_part(last).has_value());
}

/// WHATWG URL, "IPv4 parser": up to four numbers, the last one fills the bytes that are left.
std::optional<ip_address> parse_numbers(std::vector<std::string_view> const& parts) {
    if (parts.size() > 4) return {};
    std::uint64_t address = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto const value = parse_part(parts[i]);
        if (parts[i].empty() || !value) return {};
        bool const is_last = i + 1 == parts.size();
        auto const bits = is_last ? 8 * (5 - parts.size()) : 8;
        if (*value >= (std::uint64_t{1} << bits)) return {};
        address = is_last ? (address << bits) | *value : (address << 8) | *value;
    }
    return ip_address(ip_address::v4_bytes{
        static_cast<std::uint8_t>(address >> 24), static_cast<std::uint8_t>(address >> 16),
        static_cast<std::uint8_t>(address >> 8), static_cast<std::uint8_t>(address)});
}

boost::system::result<std::uint16_t> port_of(boost::urls::url_view const& url, bool is_https) {
    if (!url.has_port()) return static_cast<std::uint16_t>(is_https ? 443 : 80);
    std::string const digits = url.port();
    std::uint16_t port = 0;
    auto const [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (ec != std::errc() || end != digits.data() + digits.size() || port == 0)
        return error::url_port;
    return port;
}

std::string target_of(boost::urls::url_view const& url) {
    std::string target(url.encoded_path());
    if (target.empty()) target = "/";
    if (url.has_query()) target.append("?").append(std::string(url.encoded_query()));
    return target;
}

boost::system::result<void> read_host(boost::urls::url_view const& url, http_url& to) {
    std::string const host(url.encoded_host());
    if (host.starts_with('[')) {
        to.host = lower(std::string_view(host).substr(1, host.size() - 2));
        auto const address = ip_address::parse(to.host); // IPvFuture is refused here
        if (!address) return error::url_host;
        to.literal = *address;
        return {};
    }
    auto const literal = parse_host(host);
    if (!literal) return literal.error();
    to.host = lower(host);
    to.literal = *literal;
    return {};
}

} // namespace

std::string http_url::authority() const {
    bool const is_v6 = host.find(':') != std::string::npos;
    std::string text = is_v6 ? '[' + host + ']' : host;
    if (port != (is_https ? 443 : 80)) text.append(":").append(std::to_string(port));
    return text;
}

boost::system::result<std::optional<ip_address>> parse_host(std::string_view host) {
    // A percent sign could spell an address that is none as text; a name never needs it.
    if (host.empty() || host.size() > longest_host || !std::ranges::all_of(host, is_host_character))
        return error::url_host;
    if (host.ends_with('.')) host.remove_suffix(1);
    auto const parts = split_at_dots(host);
    bool const has_empty_label = std::ranges::any_of(parts, &std::string_view::empty);
    bool const has_long_label = std::ranges::any_of(parts, [](auto p) { return p.size() > 63; });
    if (has_empty_label || has_long_label) return error::url_host;
    if (!ends_in_number(parts.back())) return std::optional<ip_address>();
    auto const address = parse_numbers(parts);
    if (!address) return error::url_host;
    return address;
}

boost::system::result<http_url> parse_url(std::string_view text, plain_http policy) {
    auto const parsed = boost::urls::parse_uri(text);
    if (!parsed || !parsed->has_authority()) return error::url_syntax;
    http_url url;
    auto const scheme = parsed->scheme_id();
    if (scheme != boost::urls::scheme::http && scheme != boost::urls::scheme::https)
        return error::url_scheme;
    url.is_https = scheme == boost::urls::scheme::https;
    if (!url.is_https && policy == plain_http::refused) return error::url_plain_http;
    if (parsed->has_userinfo()) return error::url_user_info;
    if (parsed->has_fragment()) return error::url_fragment;
    if (auto const host = read_host(*parsed, url); !host) return host.error();
    auto const port = port_of(*parsed, url.is_https);
    if (!port) return port.error();
    url.port = *port;
    url.target = target_of(*parsed);
    return url;
}

} // namespace sluice::gateway::config
