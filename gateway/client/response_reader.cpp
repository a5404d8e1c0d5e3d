#include "gateway/client/response_reader.hpp"

#include "gateway/http/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway::client {

namespace {
constexpr std::size_t kept_capacity = 16 * 1024; // a larger body's memory is given back
} // namespace

void response_reader::reset(bool is_head_request, std::size_t response_limit) {
    is_head_request_ = is_head_request;
    limit_ = response_limit;
    stored_head_.clear();
    body_.clear();
    if (body_.capacity() > kept_capacity) body_ = std::string();
    response_ = {};
    searched_ = head_bytes_ = interims_ = unused_ = 0;
    problem_ = nullptr;
    is_untouched_ = true;
    in_body_ = false;
}

response_reader::state response_reader::feed(std::string_view bytes) {
    if (bytes.empty()) return state::more;
    is_untouched_ = false;
    return in_body_ ? feed_body(bytes) : feed_head(bytes);
}

response_reader::state response_reader::feed_head(std::string_view bytes) {
    bool const is_first = stored_head_.empty() && head_bytes_ == 0;
    if (is_first && known_.begins(bytes, is_head_request_)) {
        head_ = known_.meaning(bytes.data());
        return begin_body(bytes.substr(0, known_.size()), bytes.substr(known_.size()));
    }
    while (!bytes.empty()) {
        auto const room = options_->header_limit - head_bytes_;
        auto const before = stored_head_.size();
        if (before != 0) stored_head_.append(bytes.substr(0, room - before + 1));
        auto const all = before == 0 ? bytes : std::string_view(stored_head_);
        auto const end = find_head_end(all, searched_);
        if (end.found == head_end::state::malformed) return fail(end.problem);
        auto const size = end.found == head_end::state::found ? end.size : all.size();
        if (size > room) return fail("the header is longer than the limit");
        if (end.found == head_end::state::incomplete) {
            if (before == 0) stored_head_.assign(bytes);
            searched_ = end.seen;
            return state::more;
        }
        auto const head = all.substr(0, size);
        auto const rest = bytes.substr(size - before);
        if (auto const* problem = parse_response_head(head, is_head_request_, head_))
            return fail(problem);
        if (head_.status == 101) return fail("the answer switches protocols unasked");
        if (head_.status >= 200) {
            known_.remember(head, is_head_request_, head_);
            return begin_body(head, rest);
        }
        if (++interims_ > options_->max_interim_answers) return fail("too many interim answers");
        head_bytes_ += size;
        searched_ = 0;
        stored_head_.clear();
        bytes = rest;
    }
    return state::more;
}

response_reader::state response_reader::begin_body(std::string_view head, std::string_view rest) {
    in_body_ = true;
    if (head_.framing == body_framing::none) return finish({}, rest.size());
    bool const is_whole = head_.framing == body_framing::length &&
                          head_.content_length <= std::min(rest.size(), limit_);
    if (is_whole) {
        auto const size = static_cast<std::size_t>(head_.content_length);
        return finish(rest.substr(0, size), rest.size() - size);
    }
    body_left_ = head_.content_length;
    chunks_.reset({limit_, options_->chunk_overhead_limit}, http::chunk_reading::lenient);
    auto const now = feed_body(rest);
    if (now == state::more) store_head(head);
    return now;
}

void response_reader::store_head(std::string_view head) {
    if (!stored_head_.empty()) return;
    stored_head_.assign(head);
    // Once more, so that the views point into what is kept; it cannot fail a second time.
    parse_response_head(stored_head_, is_head_request_, head_);
}

response_reader::state response_reader::feed_body(std::string_view bytes) {
    switch (head_.framing) {
    case body_framing::length: {
        auto const used =
            static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, bytes.size()));
        auto const expected = std::exchange(body_left_, body_left_ - used);
        auto const now = append_limited(bytes.substr(0, used), expected);
        if (now != state::more || body_left_ != 0) return now;
        return finish(body_, bytes.size() - used);
    }
    case body_framing::chunked:
        return feed_chunks(bytes);
    case body_framing::until_close:
        return append_limited(bytes, bytes.size());
    case body_framing::none:
        break;
    }
    return finish({}, bytes.size());
}

// `expected`: how many bytes of body are known to follow, `bytes` included.
response_reader::state response_reader::append_limited(std::string_view bytes,
                                                       std::uint64_t expected) {
    auto const room = limit_ - body_.size();
    body_.append(bytes.substr(0, room));
    bool const is_full = bytes.size() >= room && expected > room;
    if (!is_full) return state::more;
    response_.is_truncated = true;
    return finish(body_, 0);
}

response_reader::state response_reader::feed_chunks(std::string_view bytes) {
    auto const used = chunks_.feed(bytes, body_);
    switch (chunks_.state()) {
    case http::chunk_decoder::status::more:
        return state::more;
    case http::chunk_decoder::status::done:
        return finish(body_, bytes.size() - used);
    case http::chunk_decoder::status::body_too_large:
        response_.is_truncated = true;
        return finish(body_, 0);
    case http::chunk_decoder::status::overhead_too_large:
    case http::chunk_decoder::status::malformed:
        break;
    }
    return fail("malformed chunks");
}

response_reader::state response_reader::end() {
    bool const is_ending = in_body_ && head_.framing == body_framing::until_close;
    return is_ending ? finish(body_, 0) : state::more;
}

response_reader::state response_reader::finish(std::string_view body, std::size_t unused) {
    response_.status = head_.status;
    response_.content_type = head_.content_type;
    response_.retry_after = head_.retry_after;
    response_.header_lines = head_.header_lines;
    response_.body = body;
    unused_ = unused;
    return state::done;
}

response_reader::state response_reader::fail(char const* why) {
    problem_ = why;
    return state::bad;
}

std::string response_reader::progress() const {
    if (is_untouched_) return "before the answer";
    if (!in_body_) return "inside the answer's header";
    return fmt::format("after {} bytes of the answer's body", body_.size());
}

std::string_view inbound_response::header(std::string_view name) const {
    auto rest = header_lines;
    for (std::string_view found, value; http::next_field(rest, found, value);) {
        if (http::equal_ignoring_case(found, name)) return value;
    }
    return {};
}

} // namespace sluice::gateway::client
