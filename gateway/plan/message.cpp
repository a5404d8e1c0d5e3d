#include "gateway/plan/message.hpp"

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

// Decimal digits of a size, without an allocation.
struct digits {
    explicit digits(std::size_t value)
        : end(std::to_chars(text.data(), text.data() + text.size(), value).ptr) {}
    std::string_view view() const { return {text.data(), end}; }

    std::array<char, 20> text;
    char const* end;
};

// Walks over the pieces of the encoded form; counting and copying share it.
template <class Put>
void write(message const& m, std::string_view offset, Put&& put) {
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
        put(offset);
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
    put("\n");
    put(m.body);
}

} // namespace

queue::shared_bytes encode(message const& m) {
    digits const offset(m.start_time.value_or(0));
    std::size_t size = 0;
    write(m, offset.view(), [&](std::string_view piece) { size += piece.size(); });
    return queue::shared_bytes(size, [&](char* out) {
        write(m, offset.view(), [&](std::string_view piece) {
            if (!piece.empty()) std::memcpy(out, piece.data(), piece.size());
            out += piece.size();
        });
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

} // namespace sluice::gateway::plan
