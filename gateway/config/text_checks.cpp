#include "gateway/config/text_checks.hpp"

#include "gateway/config/error.hpp"
#include "gateway/http/text.hpp"

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

bool is_base64_character(char c) noexcept {
    return http::is_digit(c) || http::is_alpha(c) || c == '+' || c == '/';
}

// How many bytes the text decodes to (RFC 4648 section 4, with its padding); 0 where it is not
// base64.
std::size_t base64_size(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0) return 0;
    std::size_t const padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    text.remove_suffix(padding);
    return std::ranges::all_of(text, is_base64_character) ? text.size() * 3 / 4 : 0;
}

} // namespace

boost::system::result<void> check_signing_key(std::string_view text, key_use use) {
    auto const body = text.find('_');
    auto const size = body == text.npos ? 0 : base64_size(text.substr(body + 1));
    bool const is_shared = text.starts_with("whsec_") && size >= 24 && size <= 64;
    bool const is_private = text.starts_with("whsk_") && (size == 32 || size == 64);
    bool const is_public = text.starts_with("whpk_") && size == 32;
    if (is_public && use == key_use::sign) return error::signing_public;
    if (!is_shared && !is_private && !is_public) return error::signing_secret;
    return {};
}

boost::system::result<void> check_header_name(std::string_view name) {
    if (!http::is_token(name)) return error::header_name;
    auto const is_name = [name](auto reserved) {
        return http::equal_ignoring_case(name, reserved);
    };
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
