#include "gateway/server/reply.hpp"

#include "gateway/http/text.hpp"

#include <array>
#include <charconv>

namespace sluice::gateway::server {
namespace {

struct phrase {
    unsigned status;
    std::string_view text;
};

// RFC 9110 section 15; 422, 428, 429 and 431 from their own registrations.
constexpr std::array phrases{phrase{200, "OK"},
                             phrase{201, "Created"},
                             phrase{202, "Accepted"},
                             phrase{204, "No Content"},
                             phrase{206, "Partial Content"},
                             phrase{301, "Moved Permanently"},
                             phrase{302, "Found"},
                             phrase{303, "See Other"},
                             phrase{304, "Not Modified"},
                             phrase{307, "Temporary Redirect"},
                             phrase{308, "Permanent Redirect"},
                             phrase{400, "Bad Request"},
                             phrase{401, "Unauthorized"},
                             phrase{403, "Forbidden"},
                             phrase{404, "Not Found"},
                             phrase{405, "Method Not Allowed"},
                             phrase{406, "Not Acceptable"},
                             phrase{408, "Request Timeout"},
                             phrase{409, "Conflict"},
                             phrase{410, "Gone"},
                             phrase{411, "Length Required"},
                             phrase{412, "Precondition Failed"},
                             phrase{413, "Content Too Large"},
                             phrase{414, "URI Too Long"},
                             phrase{415, "Unsupported Media Type"},
                             phrase{416, "Range Not Satisfiable"},
                             phrase{417, "Expectation Failed"},
                             phrase{421, "Misdirected Request"},
                             phrase{422, "Unprocessable Content"},
                             phrase{426, "Upgrade Required"},
                             phrase{428, "Precondition Required"},
                             phrase{429, "Too Many Requests"},
                             phrase{431, "Request Header Fields Too Large"},
                             phrase{500, "Internal Server Error"},
                             phrase{501, "Not Implemented"},
                             phrase{502, "Bad Gateway"},
                             phrase{503, "Service Unavailable"},
                             phrase{504, "Gateway Timeout"},
                             phrase{505, "HTTP Version Not Supported"}};

constexpr std::array<std::string_view, 4> class_phrases{"Successful", "Redirection", "Client Error",
                                                        "Server Error"};

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

std::string_view reason_phrase(unsigned status) {
    for (phrase const& known : phrases) {
        if (known.status == status) return known.text;
    }
    auto const status_class = status / 100;
    return status_class >= 2 && status_class <= 5 ? class_phrases[status_class - 2] : "Unknown";
}

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
    out += reason_phrase(given.status);
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
    if (!has_no_body && !context.is_head) out += given.body;
}

} // namespace sluice::gateway::server
