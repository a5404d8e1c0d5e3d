#include "gateway/config/text_checks.hpp"

#include "gateway/config/error.hpp"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <exception>
#include <string>

namespace sluice::gateway::config {
namespace {

constexpr std::array<std::string_view, 13> reserved_headers{
    "host",       "content-length",    "transfer-encoding", "connection",       "keep-alive",
    "te",         "trailer",           "upgrade",           "proxy-connection", "expect",
    "webhook-id", "webhook-timestamp", "webhook-signature"};

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool is_token_character(char c) noexcept {
    bool const is_alphanumeric = (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
    return is_alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

int base64_value(char c) noexcept {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/// RFC 4648 section 4, with its padding. False on anything else.
bool decode_base64(std::string_view text, std::vector<std::uint8_t>& to) {
    if (text.empty() || text.size() % 4 != 0) return false;
    std::size_t const padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < text.size() - padding; ++i) {
        int const value = base64_value(text[i]);
        if (value < 0) return false;
        group = group << 6 | static_cast<std::uint32_t>(value);
        if (i % 4 > 0) to.push_back(static_cast<std::uint8_t>(group >> (6 - 2 * (i % 4))));
    }
    return true;
}

} // namespace

boost::system::result<std::vector<std::uint8_t>> parse_signing_secret(std::string_view text) {
    constexpr std::string_view prefix = "whsec_";
    std::vector<std::uint8_t> key;
    if (!text.starts_with(prefix) || !decode_base64(text.substr(prefix.size()), key))
        return error::signing_secret;
    if (key.size() < 24 || key.size() > 64) return error::signing_secret;
    return key;
}

bool equals_ignoring_case(std::string_view left, std::string_view right) noexcept {
    return std::ranges::equal(left, right, {}, lower, lower);
}

boost::system::result<void> check_header_name(std::string_view name) {
    if (name.empty() || !std::ranges::all_of(name, is_token_character)) return error::header_name;
    auto const is_name = [name](auto reserved) { return equals_ignoring_case(name, reserved); };
    if (std::ranges::any_of(reserved_headers, is_name)) return error::header_reserved;
    return {};
}

boost::system::result<void> check_header_value(std::string_view value) {
    auto const is_control = [](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7f;
    };
    if (std::ranges::any_of(value, is_control)) return error::header_value;
    return {};
}

boost::system::result<void> check_time_zone(std::string_view name) {
    try {
        date::locate_zone(std::string(name));
        return {};
    } catch (std::exception const&) {
        return error::time_zone; // the library has no other way to say that there is none
    }
}

} // namespace sluice::gateway::config
