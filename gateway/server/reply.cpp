#include "gateway/server/reply.hpp"

#include "codecs/problem.hpp"
#include "gateway/http/text.hpp"

#include <charconv>
#include <cstring>

namespace sluice::gateway::server {
namespace {

using namespace std::string_view_literals;

// Status line and the fields that are always the same, at the most.
constexpr std::size_t usual_head = 256; // bytes
constexpr std::size_t line_marks = 4;   // of a field: colon, blank, CRLF

// Writes one text behind another into room that was made before: what is a literal costs a few
// moves, where std::string::append is a call that asks for room each time.
class head_writer {
  public:
    explicit head_writer(char* at)
        : at_(at) {}

    void text(std::string_view bytes) {
        if (bytes.empty()) return; // an empty view may point nowhere
        std::memcpy(at_, bytes.data(), bytes.size());
        at_ += bytes.size();
    }
    void number(std::size_t value) { at_ = std::to_chars(at_, at_ + 20, value).ptr; }
    void status_line(unsigned status) {
        if (status == 202) return text("HTTP/1.1 202 Accepted\r\n"sv); // nearly all of them
        text("HTTP/1.1 "sv);
        number(status);
        text(" "sv);
        text(codecs::reason_phrase(static_cast<int>(status)));
        text("\r\n"sv);
    }
    void line(std::string_view name, std::string_view value) {
        text(name);
        text(": "sv);
        text(value);
        text("\r\n"sv);
    }
    char const* end() const { return at_; }

  private:
    char* at_;
};

std::size_t room_for(answer const& given) {
    auto room = usual_head + given.content_type.size() + given.header_lines.size();
    for (header_field const& field : given.headers)
        room += field.name.size() + field.value.size() + line_marks;
    return room;
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
    bool const takes_body = !has_no_body && !context.is_head && !context.has_body_apart;
    auto const begin = out.size();
    auto const room = room_for(given);
    out.reserve(begin + room + (takes_body ? given.body.size() : 0));
    out.resize(begin + room);
    head_writer to(out.data() + begin);
    to.status_line(given.status);
    to.text(context.date_line);
    if (!given.content_type.empty()) to.line("Content-Type", given.content_type);
    if (!has_no_body && !context.ends_with_connection) {
        to.text("Content-Length: "sv);
        to.number(given.body.size());
        to.text("\r\n"sv);
    }
    if (context.closes)
        to.text("Connection: close\r\n"sv);
    else if (context.is_http_1_0)
        to.text("Connection: keep-alive\r\n"sv);
    for (header_field const& field : given.headers)
        to.line(field.name, field.value);
    to.text(given.header_lines);
    to.text("\r\n"sv);
    out.resize(static_cast<std::size_t>(to.end() - out.data()));
    if (takes_body) out += given.body;
}

} // namespace sluice::gateway::server
