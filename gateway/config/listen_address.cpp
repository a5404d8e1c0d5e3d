#include "gateway/config/listen_address.hpp"

#include "gateway/config/error.hpp"

#include <algorithm>
#include <charconv>

namespace sluice::gateway::config {
namespace {

boost::system::result<ip_address> parse_literal(std::string_view host) {
    if (host == "localhost") return ip_address::loopback_v4();
    bool const bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    bool const has_colon = host.find(':') != std::string_view::npos;
    if (bracketed != has_colon) return error::listen_address_syntax; // "::1:80" is ambiguous
    auto const address = ip_address::parse(host);
    if (!address) return error::listen_address_syntax;
    return *address;
}

} // namespace

boost::system::result<listen_address> listen_address::parse(std::string_view text) {
    auto const colon = text.rfind(':');
    if (colon == std::string_view::npos) return error::listen_address_syntax;
    auto const address = parse_literal(text.substr(0, colon));
    if (!address) return address.error();

    auto const digits = text.substr(colon + 1);
    listen_address parsed{*address, 0};
    auto const [end, ec] =
        std::from_chars(digits.data(), digits.data() + digits.size(), parsed.port);
    if (ec != std::errc() || end != digits.data() + digits.size())
        return error::listen_address_syntax;
    return parsed;
}

std::string listen_address::to_string() const {
    auto const host = address.is_v4() ? address.to_string() : '[' + address.to_string() + ']';
    return host + ':' + std::to_string(port);
}

bool leaves_v4(listen_address const& where, std::vector<listen_address> const& all) {
    if (where.address.is_v4() || where.port == 0) return false;
    return std::ranges::any_of(all, [&](listen_address const& other) {
        return other.port == where.port && other.address.is_v4();
    });
}

} // namespace sluice::gateway::config
