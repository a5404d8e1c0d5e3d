#include "gateway/plan/message.hpp"

#include "codecs/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace sluice::gateway::plan {

namespace {

constexpr std::string_view start_time_field = ":start-time ";
constexpr std::string_view time_zone_field = ":time-zone ";
constexpr std::string_view url_field = ":url ";
constexpr std::string_view secret_field = ":secret ";
constexpr std::string_view once_field = ":once 1";
constexpr std::string_view received_field = ":received ";
constexpr std::string_view received_type_field = ":received-type ";
constexpr std::string_view received_agent_field = ":received-agent ";
constexpr std::string_view received_body_field = ":received-body ";
constexpr std::string_view received_size_field = ":received-size ";
constexpr std::string_view received_apart_field = ":received-apart 1";

// Decimal digits of a size, without an allocation.
struct digits {
    explicit digits(std::size_t value)
        : end(std::to_chars(text.data(), text.data() + text.size(), value).ptr) {}
    std::string_view view() const { return {text.data(), end}; }

    std::array<char, 20> text;
    char const* end;
};

std::size_t number_of(std::string_view text) {
    std::size_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// A body that was received, on one line.
class one_line {
  public:
    explicit one_line(call::received_request const* from) {
        if (!from || !from->body) return;
        view_ = codecs::utf8_beginning(*from->body, from->most);
        // One after the other: find_first_of() takes a call for each character of the body.
        auto const has = [this](char c) { return view_.find(c) != view_.npos; };
        if (!has('\\') && !has('\n') && !has('\r')) return;
        text_.reserve(view_.size() + view_.size() / 8);
        for (auto const c : view_) {
            if (c == '\\' || c == '\n' || c == '\r') text_ += '\\';
            text_ += c == '\n' ? 'n' : c == '\r' ? 'r' : c;
        }
        view_ = text_;
    }
    std::string_view view() const { return view_; }

  private:
    std::string text_;
    std::string_view view_;
};

std::string from_one_line(std::string_view line) {
    std::string text;
    text.reserve(line.size());
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] != '\\' || i + 1 == line.size()) {
            text += line[i];
            continue;
        }
        auto const c = line[++i];
        text += c == 'n' ? '\n' : c == 'r' ? '\r' : c;
    }
    return text;
}

// What is to be written beside the message itself.
struct own_parts {
    std::string_view start_time;
    std::string_view received_body;
    std::string_view received_size;
};

template <class Put, class PutOwn>
void write_received(call::received_request const& from, own_parts const& own, Put&& put,
                    PutOwn&& put_own) {
    put(received_field);
    put(from.method);
    put_own(" ", from.target);
    if (!from.content_type.empty()) put_own(received_type_field, from.content_type);
    if (!from.user_agent.empty()) put_own(received_agent_field, from.user_agent);
    if (from.is_apart && !from.body) put_own(received_apart_field, {});
    if (from.body) put_own(received_body_field, own.received_body);
    if (from.body && from.body->size() > from.most) put_own(received_size_field, own.received_size);
}

// Walks over the pieces of the encoded form up to the body; counting and copying share it.
template <class Put>
void write_head(message const& m, own_parts const& own, Put&& put) {
    put(m.method);
    put(" ");
    put(m.target);
    put("\n");
    for (auto const& [name, value] : m.fields) {
        put(name);
        put(": ");
        put(value);
        put("\n");
    }
    if (m.start_time) {
        put(start_time_field);
        put(own.start_time);
        put("\n");
        put(time_zone_field);
        put(m.time_zone);
        put("\n");
    }
    auto const put_own = [&](std::string_view field, std::string_view value) {
        put(field);
        put(value);
        put("\n");
    };
    if (!m.url.empty()) put_own(url_field, m.url);
    if (!m.secret.empty()) put_own(secret_field, m.secret);
    if (m.is_once) put_own(once_field, {});
    if (m.received) write_received(*m.received, own, put, put_own);
    put("\n");
}

// Calls `make(size, fill)`, where `fill` writes the `size` bytes of the head to where it is told.
template <class Make>
auto make_head(message const& m, Make&& make) {
    digits const offset(m.start_time.value_or(0));
    digits const received_size(m.received && m.received->body ? m.received->body->size() : 0);
    one_line const received(m.received);
    own_parts const own{offset.view(), received.view(), received_size.view()};
    std::size_t size = 0;
    write_head(m, own, [&](std::string_view piece) { size += piece.size(); });
    return make(size, [&](char* out) {
        write_head(m, own, [&](std::string_view piece) {
            if (!piece.empty()) std::memcpy(out, piece.data(), piece.size());
            out += piece.size();
        });
    });
}

void put_body(char* out, std::string_view body) {
    if (!body.empty()) std::memcpy(out, body.data(), body.size());
}

} // namespace

queue::shared_bytes encode(message const& m) {
    return make_head(m, [&](std::size_t size, auto const& fill_head) {
        return queue::shared_bytes(size + m.body.size(), [&](char* out) {
            fill_head(out);
            put_body(out + size, m.body);
        });
    });
}

void encode_head(message const& m, std::string& head) {
    make_head(m, [&](std::size_t size, auto const& fill_head) {
        head.resize(size);
        fill_head(head.data());
    });
}

queue::shared_bytes encode(std::string_view head, std::string_view body) {
    return queue::shared_bytes(head.size() + body.size(), [&](char* out) {
        std::memcpy(out, head.data(), head.size());
        put_body(out + head.size(), body);
    });
}

std::string_view message_view::next_line(std::string_view& rest) {
    auto const end = rest.find('\n');
    auto const line = rest.substr(0, end);
    rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
    return line;
}

message_view::message_view(std::string_view payload) {
    auto rest = payload;
    auto const first = next_line(rest);
    auto const space = first.find(' ');
    if (space == first.npos) return;
    method_ = first.substr(0, space);
    target_ = first.substr(space + 1);
    auto const fields_begin = rest.data();
    while (!rest.empty()) {
        auto const line = next_line(rest);
        if (line.empty()) {
            fields_ = {fields_begin, static_cast<std::size_t>(line.data() - fields_begin)};
            body_ = rest;
            return;
        }
        if (line.front() == ':') read_own_field(line);
    }
    method_ = {}; // no empty line: not one of ours
}

void message_view::read_own_field(std::string_view line) {
    if (line.starts_with(start_time_field)) {
        auto const text = line.substr(start_time_field.size());
        std::size_t value = 0;
        auto const end = text.data() + text.size();
        if (auto const [stop, ec] = std::from_chars(text.data(), end, value);
            ec == std::errc() && stop == end) {
            start_time_ = value;
        }
    } else if (line.starts_with(time_zone_field)) {
        time_zone_ = line.substr(time_zone_field.size());
    } else if (line.starts_with(url_field)) {
        url_ = line.substr(url_field.size());
    } else if (line.starts_with(secret_field)) {
        secret_ = line.substr(secret_field.size());
    } else if (line == once_field) {
        is_once_ = true;
    }
}

kept_request message_view::received() const {
    kept_request found;
    for (auto rest = fields_; !rest.empty();) {
        auto const line = next_line(rest);
        auto const behind = [line](std::string_view field) { return line.substr(field.size()); };
        if (line.starts_with(received_field)) {
            auto const request = behind(received_field);
            auto const space = std::min(request.find(' '), request.size());
            found.method = request.substr(0, space);
            found.target = request.substr(std::min(space + 1, request.size()));
        } else if (line.starts_with(received_type_field)) {
            found.content_type = behind(received_type_field);
        } else if (line.starts_with(received_agent_field)) {
            found.user_agent = behind(received_agent_field);
        } else if (line.starts_with(received_body_field)) {
            found.is_apart = true;
            found.body = from_one_line(behind(received_body_field));
            found.size = found.body->size();
        } else if (line.starts_with(received_size_field)) {
            found.size = number_of(behind(received_size_field));
        } else if (line == received_apart_field) {
            found.is_apart = true;
        }
    }
    return found;
}

} // namespace sluice::gateway::plan
