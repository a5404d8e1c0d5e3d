#include "gateway/config/url.hpp"
#include "gateway/http/text.hpp"

#include "gateway/config/error.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>
#include <vector>

namespace sluice::gateway::config {
namespace {

constexpr std::size_t longest_host = 253; // RFC 1035 section 2.3.4

bool is_host_character(char c) noexcept {
    return http::is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.' || c == '_';
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

// "10", "0x0a", "012". Nothing where it is no number, or one beyond 32 bits.
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

// WHATWG URL, "ends in a number checker": such a host is an address or nothing.
bool ends_in_number(std::string_view last) {
    return !last.empty() && (std::ranges::all_of(last, http::is_digit) || parse_part(last).has_value());
}

// WHATWG URL, "IPv4 parser": up to four numbers, the last one fills the bytes that are left.
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

// "" and ":" leave the default (RFC 3986 section 3.2.3).
boost::system::result<void> read_port(std::string_view text, http_url& to) {
    to.port = to.is_https ? 443 : 80;
    if (text.empty() || text == ":") return {};
    auto const* last = text.data() + text.size();
    auto const [end, ec] = std::from_chars(text.data() + 1, last, to.port);
    if (text.front() != ':' || ec != std::errc() || end != last || to.port == 0)
        return error::url_port;
    return {};
}

// "[2001:db8::1]" and what stands behind it. IPvFuture is no address.
boost::system::result<void> read_bracketed(std::string_view authority, http_url& to) {
    auto const bracket = authority.find(']');
    if (bracket == std::string_view::npos) return error::url_host;
    to.host = lower(authority.substr(1, bracket - 1));
    auto const address = ip_address::parse(to.host);
    if (!address || to.host.find(':') == std::string::npos) return error::url_host;
    to.literal = *address;
    return read_port(authority.substr(bracket + 1), to);
}

boost::system::result<void> read_authority(std::string_view authority, http_url& to) {
    if (authority.find('@') != std::string_view::npos) return error::url_user_info;
    if (authority.starts_with('[')) return read_bracketed(authority, to);
    auto const colon = std::min(authority.find(':'), authority.size());
    auto const literal = parse_host(authority.substr(0, colon));
    if (!literal) return literal.error();
    to.host = lower(authority.substr(0, colon));
    to.literal = *literal;
    return read_port(authority.substr(colon), to);
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
    if (parsed->has_fragment()) return error::url_fragment;

    // Boost.URL 1.81 reads "1.2.3.4.example.com" as the host 1.2.3.4 and a path ".example.com":
    // its verdict on the syntax holds, its idea of where the authority ends does not.
    auto const rest = text.substr(text.find("//") + 2);
    auto const end = std::min(rest.find_first_of("/?"), rest.size());
    if (auto const read = read_authority(rest.substr(0, end), url); !read) return read.error();
    url.target = rest.substr(end);
    if (!url.target.starts_with('/')) url.target.insert(0, "/");
    return url;
}

} // namespace sluice::gateway::config
