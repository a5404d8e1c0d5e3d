#include "gateway/server/reply.hpp"

#include "codecs/problem.hpp"
#include "gateway/http/text.hpp"

#include <charconv>

namespace sluice::gateway::server {
namespace {

void append_number(std::string& out, std::size_t number) {
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof(digits), number).ptr);
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

} // namespace

bool is_field_value(std::string_view value) {
    for (char c : value) {
        if (!http::is_field_byte(c)) return false;
    }
    return true;
}

bool has_safe_headers(answer const& given) {
    for (header_field const& field : given.headers) {
        if (!http::is_token(field.name) || !is_field_value(field.value)) return false;
    }
    return is_field_value(given.content_type);
}

void write_reply(answer const& given, reply_context const& context, std::string& out) {
    bool const has_no_body = given.status == 204 || given.status == 304;
    out += "HTTP/1.1 ";
    append_number(out, given.status);
    out += ' ';
    out += codecs::reason_phrase(static_cast<int>(given.status));
    out += "\r\n";
    out += context.date_line;
    if (!given.content_type.empty()) append_line(out, "Content-Type", given.content_type);
    if (!has_no_body && !context.ends_with_connection) {
        out += "Content-Length: ";
        append_number(out, given.body.size());
        out += "\r\n";
    }
    if (context.closes)
        out += "Connection: close\r\n";
    else if (context.is_http_1_0)
        out += "Connection: keep-alive\r\n";
    for (header_field const& field : given.headers)
        append_line(out, field.name, field.value);
    out += given.header_lines;
    out += "\r\n";
    if (!has_no_body && !context.is_head && !context.has_body_apart) out += given.body;
}

} // namespace sluice::gateway::server
