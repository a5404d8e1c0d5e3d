#include "gateway/stress/sink/sink_request.hpp"

#include "gateway/http/chunk_decoder.hpp"
#include "gateway/http/head_scanner.hpp"
#include "gateway/http/text.hpp"

#include <charconv>
#include <utility>

namespace sluice::gateway::stress {

namespace {

constexpr std::string_view line_end = "\r\n";

bool is_named(std::string_view name, std::string_view expected) {
    return http::equal_ignoring_case(name, expected);
}

scan_result failure(scan_state state, unsigned status) {
    return {state, 0, 0, status};
}

// Takes a line apart that the scanner let through: "METHOD SP target SP HTTP/1.x". False for one
// without a method or with another space in it.
bool read_request_line(std::string_view line, sink_request& out) {
    auto const first = line.find(' ');
    auto const last = line.rfind(' ');
    out.method = line.substr(0, first);
    out.target = line.substr(first + 1, last - first - 1);
    out.is_http_1_0 = line.back() == '0';
    out.keep_alive = !out.is_http_1_0;
    return first != 0 && out.target.find(' ') == std::string_view::npos;
}

struct framing {
    bool has_length = false;
    unsigned status = 0; // of the refusal, 0: fine
};

void read_length(std::string_view value, sink_request& out, framing& f) {
    std::size_t length = 0;
    auto const [end, ec] = std::from_chars(value.data(), value.data() + value.size(), length);
    bool const is_number = ec == std::errc() && end == value.data() + value.size();
    bool const is_other = f.has_length && length != out.content_length;
    if (!is_number || is_other) f.status = 400;
    f.has_length = true;
    out.content_length = length;
}

void read_field(std::string_view name, std::string_view value, sink_request& out, framing& f) {
    switch (name.size()) {
    case 0:
        f.status = 400;
        return;
    case 6:
        if (is_named(name, "expect")) out.expects_continue = is_named(value, "100-continue");
        return;
    case 10:
        if (is_named(name, "webhook-id")) out.webhook_id = value;
        if (!is_named(name, "connection")) return;
        http::for_each_element(value, [&out](std::string_view option) {
            if (is_named(option, "close")) out.keep_alive = false;
            if (is_named(option, "keep-alive")) out.keep_alive = true;
        });
        return;
    case 14:
        if (is_named(name, "content-length")) read_length(value, out, f);
        return;
    case 17:
        if (!is_named(name, "transfer-encoding")) return;
        if (out.is_chunked) f.status = 400;
        if (!is_named(value, "chunked")) f.status = 501;
        out.is_chunked = true;
        return;
    default:
        return;
    }
}

scan_result scan_chunks(std::string_view text, sink_limits const& limits, std::string& out) {
    using status = http::chunk_decoder::status;
    http::chunk_decoder decoder;
    decoder.reset({limits.body_bytes, limits.header_bytes + 5 * limits.body_bytes},
                  http::chunk_reading::lenient);
    out.clear();
    auto const used = decoder.feed(text, out);
    switch (decoder.state()) {
    case status::more:
        return {scan_state::need_body, 0, 0, 0};
    case status::done:
        return {scan_state::complete, used, 0, 0};
    case status::body_too_large:
        return failure(scan_state::too_large, 413);
    case status::malformed:
    case status::overhead_too_large:
        break;
    }
    return failure(scan_state::malformed, 400);
}

scan_result scan_body(std::string_view buffer, std::size_t begin, sink_limits const& limits,
                      sink_request& out) {
    if (out.is_chunked) {
        auto found = scan_chunks(buffer.substr(begin), limits, out.unchunked);
        found.consumed += begin;
        out.body = out.unchunked;
        return found;
    }
    if (out.content_length > limits.body_bytes) return failure(scan_state::too_large, 413);
    auto const end = begin + out.content_length;
    if (buffer.size() < end) return {scan_state::need_body, 0, end, 0};
    out.body = buffer.substr(begin, out.content_length);
    return {scan_state::complete, end, end, 0};
}

void clear(sink_request& out) {
    auto kept = std::move(out.unchunked);
    out = {};
    out.unchunked = std::move(kept);
}

} // namespace

scan_result scan_request(std::string_view buffer, sink_limits const& limits, sink_request& out) {
    clear(out);
    // An empty line before a request is to be ignored (RFC 9112 section 2.2).
    if (line_end.starts_with(buffer)) return {scan_state::need_header, 0, 0, 0};
    std::size_t const begin = buffer.starts_with(line_end) ? line_end.size() : 0;
    http::head_scanner scanner;
    auto const size =
        scanner.scan(buffer.substr(begin), {limits.header_bytes, limits.header_bytes});
    if (auto const& refusal = scanner.refusal()) {
        bool const is_large = refusal.status == 414 || refusal.status == 431;
        return failure(is_large ? scan_state::too_large : scan_state::malformed, refusal.status);
    }
    if (size == 0) return {scan_state::need_header, 0, 0, 0};
    auto const line_size = scanner.request_line_size();
    if (!read_request_line(buffer.substr(begin, line_size), out))
        return failure(scan_state::malformed, 400);
    auto const first_field = line_size + line_end.size();
    out.header = buffer.substr(begin + first_field, size - first_field - line_end.size());
    framing f;
    auto lines = out.header;
    for (std::string_view name, value; http::next_field(lines, name, value);)
        read_field(name, value, out, f);
    if (out.is_chunked && f.has_length) f.status = 400; // RFC 9112 section 6.1
    if (f.status != 0) return failure(scan_state::malformed, f.status);
    return scan_body(buffer, begin + size, limits, out);
}

} // namespace sluice::gateway::stress
