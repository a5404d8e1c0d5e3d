#include "gateway/stress/sink/sink_request.hpp"

#include <algorithm>
#include <charconv>

namespace sluice::gateway::stress {

namespace {

constexpr std::size_t longest_chunk_line = 4096; // size, extension and CRLF
constexpr std::string_view line_end = "\r\n";

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// `expected` is in lower case.
bool is_same(std::string_view text, std::string_view expected) {
    return text.size() == expected.size() &&
           std::equal(text.begin(), text.end(), expected.begin(),
                      [](char a, char b) { return lower(a) == b; });
}

std::string_view trimmed(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    return text.substr(0, text.find_last_not_of(" \t") + 1);
}

bool has_token(std::string_view list, std::string_view token) {
    while (!list.empty()) {
        auto const item = list.substr(0, list.find(','));
        if (is_same(trimmed(item), token)) return true;
        list.remove_prefix(std::min(item.size() + 1, list.size()));
    }
    return false;
}

scan_result failure(scan_state state, unsigned status) {
    return {state, 0, 0, status};
}

// "METHOD SP target SP HTTP/1.x"; false when it is none.
bool read_request_line(std::string_view line, sink_request& out) {
    auto const first = line.find(' ');
    auto const last = line.rfind(' ');
    if (first == std::string_view::npos || first == 0 || last <= first + 1) return false;
    auto const version = line.substr(last + 1);
    if (version.size() != 8 || !version.starts_with("HTTP/1.")) return false;
    out.method = line.substr(0, first);
    out.target = line.substr(first + 1, last - first - 1);
    out.is_http_1_0 = version.back() == '0';
    out.keep_alive = !out.is_http_1_0;
    return out.target.find(' ') == std::string_view::npos;
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
        if (is_same(name, "expect")) out.expects_continue = is_same(value, "100-continue");
        return;
    case 10:
        if (is_same(name, "webhook-id")) out.webhook_id = value;
        if (!is_same(name, "connection")) return;
        if (has_token(value, "close")) out.keep_alive = false;
        if (has_token(value, "keep-alive")) out.keep_alive = true;
        return;
    case 14:
        if (is_same(name, "content-length")) read_length(value, out, f);
        return;
    case 17:
        if (!is_same(name, "transfer-encoding")) return;
        if (out.is_chunked) f.status = 400;
        if (!is_same(value, "chunked")) f.status = 501;
        out.is_chunked = true;
        return;
    default:
        return;
    }
}

// Takes the chunks at the front of `text` apart (RFC 9112 section 7.1); extensions and trailers
// are dropped.
class chunk_reader {
  public:
    chunk_reader(std::string_view text, std::size_t limit, std::string& out)
        : text_(text)
        , rest_(text)
        , limit_(limit)
        , out_(out) {}

    scan_result read() {
        out_.clear();
        while (true) {
            std::size_t size = 0;
            if (auto const state = read_size(size); state != scan_state::complete)
                return result(state);
            if (size == 0) return result(skip_trailers());
            if (size > limit_ - out_.size()) return failure(scan_state::too_large, 413);
            if (rest_.size() < size + line_end.size()) return result(scan_state::need_body);
            out_ += rest_.substr(0, size);
            rest_.remove_prefix(size);
            if (!rest_.starts_with(line_end)) return result(scan_state::malformed);
            rest_.remove_prefix(line_end.size());
        }
    }

  private:
    scan_result result(scan_state state) const {
        if (state == scan_state::malformed) return failure(state, 400);
        return {state, text_.size() - rest_.size(), 0, 0};
    }

    scan_state take_line(std::string_view& line) {
        auto const end = rest_.substr(0, longest_chunk_line).find(line_end);
        if (end == std::string_view::npos) {
            return rest_.size() < longest_chunk_line ? scan_state::need_body
                                                     : scan_state::malformed;
        }
        line = rest_.substr(0, end);
        rest_.remove_prefix(end + line_end.size());
        return scan_state::complete;
    }

    scan_state read_size(std::size_t& size) {
        std::string_view line;
        if (auto const state = take_line(line); state != scan_state::complete) return state;
        auto const digits = line.substr(0, line.find_first_of("; \t"));
        auto const end = digits.data() + digits.size();
        auto const [read, ec] = std::from_chars(digits.data(), end, size, 16);
        return ec == std::errc() && read == end ? scan_state::complete : scan_state::malformed;
    }

    scan_state skip_trailers() {
        for (std::size_t lines = 0; lines < 100; ++lines) {
            std::string_view line;
            if (auto const state = take_line(line); state != scan_state::complete) return state;
            if (line.empty()) return scan_state::complete;
        }
        return scan_state::malformed;
    }

    std::string_view text_;
    std::string_view rest_;
    std::size_t limit_;
    std::string& out_;
};

scan_result scan_body(std::string_view buffer, std::size_t begin, sink_limits const& limits,
                      sink_request& out) {
    if (out.is_chunked) {
        auto found = chunk_reader(buffer.substr(begin), limits.body_bytes, out.unchunked).read();
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

bool next_field(std::string_view& lines, std::string_view& name, std::string_view& value) {
    if (lines.empty()) return false;
    auto const end = std::min(lines.find(line_end), lines.size());
    auto const line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + line_end.size(), lines.size()));
    auto const colon = line.find(':');
    bool const has_name = colon != std::string_view::npos;
    name = has_name ? line.substr(0, colon) : std::string_view();
    value = trimmed(has_name ? line.substr(colon + 1) : line);
    return true;
}

scan_result scan_request(std::string_view buffer, sink_limits const& limits, sink_request& out) {
    clear(out);
    // An empty line before a request is to be ignored (RFC 9112 section 2.2).
    std::size_t const begin = buffer.starts_with(line_end) ? line_end.size() : 0;
    auto const head_end = buffer.substr(0, limits.header_bytes).find("\r\n\r\n", begin);
    if (head_end == std::string_view::npos) {
        if (buffer.size() >= limits.header_bytes) return failure(scan_state::too_large, 431);
        return {scan_state::need_header, 0, 0, 0};
    }
    auto head = buffer.substr(begin, head_end + line_end.size() - begin);
    auto const line = head.substr(0, head.find(line_end));
    if (!read_request_line(line, out)) return failure(scan_state::malformed, 400);
    head.remove_prefix(line.size() + line_end.size());
    out.header = head;
    framing f;
    for (std::string_view name, value; next_field(head, name, value);)
        read_field(name, value, out, f);
    if (out.is_chunked && f.has_length) f.status = 400; // RFC 9112 section 6.1
    if (f.status != 0) return failure(scan_state::malformed, f.status);
    return scan_body(buffer, head_end + 4, limits, out);
}

} // namespace sluice::gateway::stress
