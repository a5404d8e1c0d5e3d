#include "gateway/client/header_safety.hpp"

#include "gateway/http/text.hpp"

#include <algorithm>
#include <array>

namespace sluice::gateway::client {
namespace {

// RFC 9110 section 7.6.1, and those that RFC 9112 and RFC 2616 section 13.5.1 add.
constexpr std::array<std::string_view, 9> connection_fields{"connection",
                                                            "keep-alive",
                                                            "proxy-authenticate",
                                                            "proxy-authorization",
                                                            "proxy-connection",
                                                            "te",
                                                            "trailer",
                                                            "transfer-encoding",
                                                            "upgrade"};

bool is_listed(std::string_view name, std::string_view list) {
    while (!list.empty()) {
        auto const comma = std::min(list.find(','), list.size());
        if (http::equal_ignoring_case(http::trim(list.substr(0, comma)), name)) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

} // namespace

bool is_valid_header_name(std::string_view name) {
    return http::is_token(name);
}

bool is_valid_header_value(std::string_view value) {
    return http::is_field_text(value) && http::trim(value).size() == value.size();
}

bool is_valid_target(std::string_view target) {
    auto const is_target_byte = [](char c) { return c > 0x20 && c < 0x7f && c != '#'; };
    return target.starts_with('/') && std::ranges::all_of(target, is_target_byte);
}

bool is_hop_by_hop(std::string_view name, std::string_view connection) {
    auto const equals_name = [name](std::string_view field) {
        return http::equal_ignoring_case(field, name);
    };
    return std::ranges::any_of(connection_fields, equals_name) || is_listed(name, connection);
}

bool append_header_line(std::string& to, std::string_view name, std::string_view value) {
    if (!is_valid_header_name(name) || !is_valid_header_value(value)) return false;
    using namespace std::string_view_literals; // else each literal is measured anew
    to.append(name).append(": "sv).append(value).append("\r\n"sv);
    return true;
}

} // namespace sluice::gateway::client
