#include "gateway/client/response_head.hpp"

#include "gateway/http/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace sluice::gateway::client {
namespace {

using http::equal_ignoring_case;
using http::trim;

constexpr std::string_view version_prefix = "HTTP/1.";
constexpr std::string_view crlf = "\r\n";

// What the field lines say about where the body ends.
struct framing_fields {
    bool has_length = false;
    std::uint64_t length = 0;
    bool is_chunked = false;
    bool says_close = false;
    bool says_keep_alive = false;
};

char const* read_status_line(std::string_view line, bool& is_http_1_1, response_head& to) {
    // "HTTP/1.1 200" at least; the reason may be empty, and its space missing with it.
    if (!line.starts_with(version_prefix) || line.size() < 12) return "malformed status line";
    auto const digits = line.substr(9, 3);
    bool const has_digits = http::is_digit(line[7]) && line[8] == ' ' &&
                            std::ranges::all_of(digits, http::is_digit) && digits[0] != '0';
    if (!has_digits || (line.size() > 12 && line[12] != ' ')) return "malformed status line";
    is_http_1_1 = line[7] != '0';
    to.status = static_cast<std::uint16_t>((digits[0] - '0') * 100 + (digits[1] - '0') * 10 +
                                           (digits[2] - '0'));
    return nullptr;
}

// RFC 9110 section 8.6: the same length said twice is taken, two different ones are not.
char const* read_length(std::string_view value, framing_fields& fields) {
    while (true) {
        auto const comma = std::min(value.find(','), value.size());
        auto const text = trim(value.substr(0, comma));
        std::uint64_t length = 0;
        auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), length);
        if (ec != std::errc() || end != text.data() + text.size()) return "malformed length";
        if (fields.has_length && fields.length != length) return "two different lengths";
        fields.has_length = true;
        fields.length = length;
        if (comma == value.size()) return nullptr;
        value.remove_prefix(comma + 1);
    }
}

char const* read_coding(std::string_view value, framing_fields& fields) {
    if (fields.is_chunked || !equal_ignoring_case(value, "chunked"))
        return "unknown transfer coding";
    fields.is_chunked = true;
    return nullptr;
}

void read_connection(std::string_view value, framing_fields& fields) {
    http::for_each_element(value, [&fields](std::string_view option) {
        fields.says_close |= equal_ignoring_case(option, "close");
        fields.says_keep_alive |= equal_ignoring_case(option, "keep-alive");
    });
}

// Only names of these lengths matter here: the length is the cheapest first look.
char const* read_field(std::string_view name, std::string_view value, framing_fields& fields,
                       response_head& to) {
    switch (name.size()) {
    case 10:
        if (equal_ignoring_case(name, "connection")) read_connection(value, fields);
        break;
    case 11:
        if (to.retry_after.empty() && equal_ignoring_case(name, "retry-after"))
            to.retry_after = value;
        break;
    case 12:
        if (to.content_type.empty() && equal_ignoring_case(name, "content-type"))
            to.content_type = value;
        break;
    case 14:
        if (equal_ignoring_case(name, "content-length")) return read_length(value, fields);
        break;
    case 17:
        if (equal_ignoring_case(name, "transfer-encoding")) return read_coding(value, fields);
        break;
    default:
        break;
    }
    return nullptr;
}

char const* read_line(std::string_view line, framing_fields& fields, response_head& to) {
    // A line that begins with white space goes on from the one before (RFC 9112 section 5.2):
    // a length or a coding could be hidden there.
    if (line.front() == ' ' || line.front() == '\t') return "folded header line";
    auto const colon = line.find(':');
    if (colon == line.npos || !http::is_token(line.substr(0, colon)))
        return "malformed header line";
    auto const value = trim(line.substr(colon + 1));
    if (!http::is_field_text(value)) return "control character in header";
    return read_field(line.substr(0, colon), value, fields, to);
}

// RFC 9112 section 6.3.
char const* decide_framing(framing_fields const& fields, bool is_http_1_1, bool is_head_request,
                           response_head& to) {
    if (fields.is_chunked && fields.has_length) return "both a length and a transfer coding";
    if (fields.is_chunked && !is_http_1_1) return "transfer coding in HTTP/1.0";
    to.keeps_alive = !fields.says_close && (is_http_1_1 || fields.says_keep_alive);
    bool const has_no_body =
        is_head_request || to.status < 200 || to.status == 204 || to.status == 304;
    if (has_no_body) {
        to.framing = body_framing::none;
    } else if (fields.is_chunked) {
        to.framing = body_framing::chunked;
    } else if (fields.has_length) {
        to.framing = body_framing::length;
        to.content_length = fields.length;
    } else {
        to.framing = body_framing::until_close;
        to.keeps_alive = false;
    }
    return nullptr;
}

} // namespace

head_end find_head_end(std::string_view bytes, std::size_t seen) {
    auto const prefix = bytes.substr(0, version_prefix.size());
    if (!version_prefix.starts_with(prefix))
        return {.found = head_end::state::malformed, .problem = "the answer is not HTTP/1.x"};
    // `seen` is where a line begins.
    while (true) {
        auto const* const line_feed =
            static_cast<char const*>(std::memchr(bytes.data() + seen, '\n', bytes.size() - seen));
        if (!line_feed) return {.found = head_end::state::incomplete, .seen = seen};
        auto const at = static_cast<std::size_t>(line_feed - bytes.data());
        if (at == seen || bytes[at - 1] != '\r')
            return {.found = head_end::state::malformed, .problem = "a line ends without CR"};
        if (at == seen + 1) return {.found = head_end::state::found, .size = at + 1};
        seen = at + 1;
    }
}

char const* parse_response_head(std::string_view head, bool is_head_request, response_head& to) {
    to = {};
    auto const status_end = head.find(crlf);
    bool is_http_1_1 = false;
    if (auto const* problem = read_status_line(head.substr(0, status_end), is_http_1_1, to))
        return problem;
    auto rest = head.substr(status_end + crlf.size());
    rest.remove_suffix(crlf.size());
    to.header_lines = rest;
    framing_fields fields;
    while (!rest.empty()) {
        auto const end = rest.find(crlf);
        if (auto const* problem = read_line(rest.substr(0, end), fields, to)) return problem;
        rest.remove_prefix(end + crlf.size());
    }
    return decide_framing(fields, is_http_1_1, is_head_request, to);
}

} // namespace sluice::gateway::client
