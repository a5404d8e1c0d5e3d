#include "gateway/client/request_head.hpp"

#include <array>
#include <charconv>

namespace sluice::gateway::client {
namespace {

bool needs_length(outbound_request const& request) {
    auto const method = request.method;
    return !request.body.empty() || method == "POST" || method == "PUT" || method == "PATCH";
}

void append_number(std::string& to, std::size_t number) {
    std::array<char, 20> digits;
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    to.append(digits.data(), end);
}

} // namespace

void render_request_head(std::string& to, endpoint const& where, outbound_request const& request) {
    using namespace std::string_view_literals; // else each literal is measured anew
    auto const target =
        request.target.empty() ? std::string_view(where.url.target) : request.target;
    to.assign(request.method).append(" "sv).append(where.target_prefix).append(target);
    to.append(" HTTP/1.1\r\n"sv).append(where.head_lines);
    if (!request.has_own_agent) to.append(where.agent_line);
    to.append(request.header_lines);
    if (needs_length(request)) {
        to.append("Content-Length: "sv);
        append_number(to, request.body.size());
        to.append("\r\n"sv);
    }
    to.append("\r\n"sv);
}

} // namespace sluice::gateway::client
