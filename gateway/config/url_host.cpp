#include "gateway/config/url_host.hpp"

#include "codecs/utf8.hpp"
#include "gateway/config/error.hpp"
#include "gateway/http/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <idn2.h>
#include <memory>
#include <vector>

namespace sluice::gateway::config {
namespace {

// RFC 3986 section 3.2.2: what else may stand in a name.
constexpr http::byte_set host_bytes{"-._~!$&'()*+,;="};

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
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

// WHATWG URL, "ends in a number checker": such a host is an address or nothing. A number too large
// for one is a number still.
bool ends_in_number(std::string_view last) {
    if (last.empty()) return false;
    if (std::ranges::all_of(last, http::is_digit)) return true;
    bool const is_hex = last.starts_with("0x") || last.starts_with("0X");
    return is_hex && std::ranges::all_of(last.substr(2), http::is_hex_digit);
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

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned byte = 0;
        bool const is_encoded = text[i] == '%' && i + 2 < text.size() &&
                                http::is_hex_digit(text[i + 1]) && http::is_hex_digit(text[i + 2]);
        if (is_encoded) {
            std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16);
            i += 2;
        }
        out += is_encoded ? static_cast<char>(byte) : text[i];
    }
    return out;
}

// Empty where it cannot be written so; then `why` is libidn2's code.
std::string by_uts46(std::string const& name, int& why) {
    char* made = nullptr;
    why = idn2_to_ascii_8z(name.c_str(), &made, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
    std::unique_ptr<char, decltype(&idn2_free)> const owned(made, &idn2_free);
    return why == IDN2_OK ? std::string(made) : std::string();
}

url_problem bad_character(std::string_view url, std::size_t offset) {
    return {error::url_host,
            fmt::format("has {}, which cannot stand in a host name", name_character(url, offset))};
}

// The character for which the name is none, where it is one alone.
url_problem bad_name(std::string_view url, std::size_t offset, std::string_view text, int why) {
    for (std::size_t at = 0; at < text.size();) {
        auto const size = std::max<std::size_t>(codecs::utf8_sequence_length(text.substr(at)), 1);
        int alone = IDN2_OK;
        if (size > 1) by_uts46("a" + std::string(text.substr(at, size)) + "a", alone);
        if (alone == IDN2_DISALLOWED) return bad_character(url, offset + at);
        at += size;
    }
    return {error::url_host,
            fmt::format("has a host name that cannot be written as an international domain name "
                        "at position {}: {}",
                        1 + std::ranges::count_if(url.substr(0, offset),
                                                  [](char c) { return (c & 0xc0) != 0x80; }),
                        idn2_strerror(why))};
}

} // namespace

std::string name_character(std::string_view url, std::size_t offset) {
    auto const starts = [](char c) { return (c & 0xc0) != 0x80; };
    auto const position = 1 + std::ranges::count_if(url.substr(0, offset), starts);
    auto const rest = url.substr(offset);
    auto const size = codecs::utf8_sequence_length(rest);
    if (size == 0) return fmt::format("a byte that is not UTF-8 at position {}", position);
    auto const code = static_cast<unsigned>(codecs::utf8_code_point(rest));
    bool const is_shown = code > 0x20 && code < 0x7f;
    if (!is_shown) return fmt::format("the character U+{:04X} at position {}", code, position);
    return fmt::format("the character {} (U+{:04X}) at position {}", rest.front(), code, position);
}

boost::system::result<std::optional<ip_address>> parse_host(std::string_view host) {
    if (host.empty() || !std::ranges::all_of(host, [](char c) { return host_bytes.contains(c); }))
        return error::url_host;
    if (host.ends_with('.')) host.remove_suffix(1);
    auto const parts = split_at_dots(host);
    if (!ends_in_number(parts.back())) return std::optional<ip_address>();
    auto const address = parse_numbers(parts);
    if (!address) return error::url_host;
    return address;
}

boost::system::result<url_host, url_problem> read_host(std::string_view url, std::size_t offset,
                                                       std::string_view text) {
    if (text.empty()) return url_problem{error::url_host, {}};
    auto name = decoded(text);
    // What is written as %XX is decoded once, and cannot be shown at its place.
    bool const is_plain = name == text;
    if (codecs::find_invalid_utf8(name) || name.find('\0') != name.npos)
        return is_plain ? bad_character(url, offset + *codecs::find_invalid_utf8(name))
                        : bad_character(url, offset + text.find('%'));
    if (!is_ascii(name)) {
        int why = IDN2_OK;
        auto written = by_uts46(name, why);
        if (why != IDN2_OK) return bad_name(url, offset, text, why);
        name = std::move(written);
    }
    auto const bad = std::ranges::find_if_not(name, [](char c) { return host_bytes.contains(c); });
    if (bad != name.end()) {
        auto const at = text.find(*bad);
        if (at != text.npos) return bad_character(url, offset + at);
        return url_problem{error::url_host,
                           fmt::format("has a host name in which a character stands for {}, which "
                                       "cannot stand in one",
                                       *bad)};
    }
    auto const literal = parse_host(name);
    if (!literal) return url_problem{literal.error(), {}};
    return url_host{http::to_lower(name), *literal};
}

} // namespace sluice::gateway::config
