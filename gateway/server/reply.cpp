#include "gateway/server/reply.hpp"

#include "codecs/problem.hpp"
#include "gateway/http/text.hpp"

#include <charconv>

namespace sluice::gateway::server {
namespace {

using namespace std::string_view_literals;

// Status line and the fields that are always the same.
constexpr std::size_t usual_head = 256; // bytes

void append_number(std::string& out, std::size_t number) {
    char digits[24];
    auto const* const end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": "sv;
    out += value;
    out += "\r\n"sv;
}

} // namespace

bool has_safe_headers(answer const& given) {
    for (header_field const& field : given.headers) {
        if (!http::is_token(field.name) || !http::is_field_text(field.value)) return false;
    }
    return http::is_field_text(given.content_type);
}

void write_reply(answer const& given, reply_context const& context, std::string& out) {
    bool const has_no_body = given.status == 204 || given.status == 304;
    out.reserve(out.size() + usual_head + given.header_lines.size() + given.body.size());
    out += "HTTP/1.1 "sv;
    append_number(out, given.status);
    out += ' ';
    out += codecs::reason_phrase(static_cast<int>(given.status));
    out += "\r\n"sv;
    out += context.date_line;
    if (!given.content_type.empty()) append_line(out, "Content-Type", given.content_type);
    if (!has_no_body && !context.ends_with_connection) {
        out += "Content-Length: "sv;
        append_number(out, given.body.size());
        out += "\r\n"sv;
    }
    if (context.closes)
        out += "Connection: close\r\n"sv;
    else if (context.is_http_1_0)
        out += "Connection: keep-alive\r\n"sv;
    for (header_field const& field : given.headers)
        append_line(out, field.name, field.value);
    out += given.header_lines;
    out += "\r\n"sv;
    if (!has_no_body && !context.is_head && !context.has_body_apart) out += given.body;
}

} // namespace sluice::gateway::server
