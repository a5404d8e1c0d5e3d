#include "gateway/call/origin.hpp"

#include "gateway/config/network_asio.hpp"
#include "gateway/http/text.hpp"

#include <optional>
#include <string_view>

namespace sluice::gateway::call {

namespace {

std::string_view trim(std::string_view text) {
    auto const first = text.find_first_not_of(" \t");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Takes the last element of a comma-separated list off `list`.
std::string_view pop_last(std::string_view& list) {
    auto const comma = list.rfind(',');
    auto const last = trim(comma == list.npos ? list : list.substr(comma + 1));
    list = comma == list.npos ? std::string_view() : list.substr(0, comma);
    return last;
}

// "192.0.2.1", "192.0.2.1:4711", "2001:db8::1", "[2001:db8::1]:4711".
std::optional<config::ip_address> parse_hop(std::string_view hop) {
    if (hop.starts_with('[')) {
        hop = hop.substr(1, hop.find(']') - 1);
    } else if (auto const colon = hop.find(':'); colon != hop.npos && hop.rfind(':') == colon) {
        hop = hop.substr(0, colon);
    }
    auto parsed = config::ip_address::parse(hop);
    if (!parsed) return std::nullopt;
    return *parsed;
}

// Walks one header field from the right. False when the walk has ended.
bool walk(std::string_view list, std::span<config::network const> trusted, origin& from) {
    while (!list.empty()) {
        auto const text = pop_last(list);
        if (text.empty()) continue; // RFC 9110 section 5.6.1: an empty element says nothing
        auto const hop = parse_hop(text);
        from.address = hop.value_or(unknown_address);
        if (!hop) return false;
        if (!config::contains(trusted, *hop)) return false;
    }
    return true;
}

} // namespace

origin origin_of(server::request const& req, std::span<config::network const> trusted_proxies) {
    origin from{config::from_asio(req.peer), req.is_tls};
    if (!config::contains(trusted_proxies, from.address)) return from;
    // Several fields of one name are one list (RFC 9110 section 5.3): the last field is the right
    // end of it.
    bool goes_on = true;
    bool has_scheme = false;
    for (auto i = req.headers.size(); i-- > 0;) {
        auto const& [name, value] = req.headers[i];
        if (goes_on && http::equal_ignoring_case(name, "X-Forwarded-For")) {
            goes_on = walk(value, trusted_proxies, from);
        } else if (!has_scheme && http::equal_ignoring_case(name, "X-Forwarded-Proto")) {
            auto list = value;
            from.is_https = http::equal_ignoring_case(pop_last(list), "https");
            has_scheme = true;
        }
    }
    return from;
}

} // namespace sluice::gateway::call
