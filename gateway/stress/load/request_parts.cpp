#include "gateway/stress/load/request_parts.hpp"

#include "gateway/client/header_safety.hpp"
#include "gateway/http/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>

namespace sluice::gateway::stress {

namespace {

parsed<std::string> read_stream(std::istream& from, std::string_view name) {
    std::string text;
    std::array<char, 64 * 1024> piece{};
    while (from.read(piece.data(), piece.size()) || from.gcount() > 0) {
        text.append(piece.data(), static_cast<std::size_t>(from.gcount()));
        if (text.size() > largest_request_body) {
            return option_error{fmt::format("body \"{}\": larger than {} MiB", name,
                                            largest_request_body / (1024 * 1024))};
        }
    }
    if (from.bad()) return option_error{fmt::format("body \"{}\": cannot be read", name)};
    return parsed<std::string>(boost::system::in_place_value, std::move(text));
}

} // namespace

parsed<std::pair<std::string, std::string>> parse_header(std::string_view text) {
    static constexpr std::string_view own[] = {"content-length", "expect"};
    auto const colon = text.find(':');
    auto const name = text.substr(0, colon);
    auto const value =
        colon == std::string_view::npos ? std::string_view() : http::trim(text.substr(colon + 1));
    bool const is_valid = colon != std::string_view::npos && client::is_valid_header_name(name) &&
                          client::is_valid_header_value(value);
    if (!is_valid) {
        return option_error{
            fmt::format("header \"{}\": expected NAME: VALUE, as in \"X-Key: abc\"", text)};
    }
    auto const lowered = http::to_lower(name);
    if (std::ranges::find(own, lowered) != std::end(own) || client::is_hop_by_hop(name, {}))
        return option_error{fmt::format("header \"{}\": the program writes this one itself", name)};
    return std::pair{std::string(name), std::string(value)};
}

parsed<std::string> parse_method(std::string_view text) {
    // A method is a token, as header names are (RFC 9110 section 9.1).
    if (text.size() > 32 || !client::is_valid_header_name(text))
        return option_error{fmt::format("method \"{}\": expected a name as in POST", text)};
    return parsed<std::string>(boost::system::in_place_value, text);
}

std::string_view guess_content_type(std::string_view body) {
    auto const first = body.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return "text/plain";
    if (body[first] == '{' || body[first] == '[') return "application/json";
    return body[first] == '<' ? "application/xml" : "text/plain";
}

parsed<std::string> read_body(std::string const& file) {
    if (file == "-") return read_stream(std::cin, "-");
    std::ifstream from(file, std::ios::binary);
    if (!from) return option_error{fmt::format("body \"{}\": cannot be opened", file)};
    return read_stream(from, file);
}

} // namespace sluice::gateway::stress
