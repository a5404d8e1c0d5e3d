#include "gateway/server/known_head.hpp"

#include "gateway/http/moved_part.hpp"
#include "gateway/http/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

namespace sluice::gateway::server {
namespace {

using http::moved_part;

bool is_part(std::string_view part, std::string_view whole) {
    std::less_equal<> const is_before;
    return part.empty() || (is_before(whole.data(), part.data()) &&
                            is_before(part.data() + part.size(), whole.data() + whole.size()));
}

void point_into(request const& meaning, framing const& body, char const* from, char const* to,
                request& moved_meaning, framing& moved_body) {
    moved_meaning.method = moved_part(meaning.method, from, to);
    moved_meaning.target = moved_part(meaning.target, from, to);
    moved_meaning.path = moved_part(meaning.path, from, to);
    moved_meaning.query = moved_part(meaning.query, from, to);
    moved_meaning.host = moved_part(meaning.host, from, to);
    moved_meaning.version_minor = meaning.version_minor;
    moved_meaning.name_sizes = meaning.name_sizes;
    moved_body = body;
    moved_body.host = moved_part(body.host, from, to);
}

void point_into(std::span<header_field const> fields, char const* from, char const* to,
                std::vector<header_field>& moved_fields) {
    moved_fields.clear();
    moved_fields.reserve(fields.size());
    for (auto const& [name, value] : fields)
        moved_fields.push_back({moved_part(name, from, to), moved_part(value, from, to)});
}

// What framing and parser look at, besides Content-Length: a value that differs must be judged.
constexpr std::array<std::string_view, 6> judged_fields{"Host",   "Transfer-Encoding", "Connection",
                                                        "Expect", "Proxy-Connection",  "Upgrade"};
constexpr std::string_view length_field = "Content-Length";
constexpr std::size_t most_digits = 18; // of a length that fits whatever they are

constexpr std::string_view line_end = "\r\n";

// The line at the front of `bytes` without its CRLF; null data: it is not whole, or ends otherwise.
std::string_view whole_line(std::string_view bytes) {
    auto const end = bytes.find('\n');
    if (end == bytes.npos || end == 0 || bytes[end - 1] != '\r') return {};
    return bytes.substr(0, end - 1);
}

bool read_length(std::string_view digits, framing& body) {
    if (digits.empty() || digits.size() > most_digits) return false;
    if (!std::ranges::all_of(digits, http::is_digit)) return false;
    std::from_chars(digits.data(), digits.data() + digits.size(), body.body_size);
    body.body = body.body_size == 0 ? body_kind::none : body_kind::sized;
    return true;
}

} // namespace

void known_head::remember(std::string_view head, request const& meaning, framing const& body) {
    bytes_.clear();
    lines_.clear();
    told_to_ = nullptr;
    // The absolute form without a path means "/", which stands nowhere in it.
    if (head.size() > most || !is_part(meaning.target, head) || !is_part(meaning.path, head))
        return;
    bytes_ = head;
    point_into(meaning, body, head.data(), bytes_.data(), meaning_, body_);
    point_into(meaning.headers, head.data(), bytes_.data(), fields_);
    note_lines();
}

known_head::may_differ known_head::judge(std::string_view name, framing const& body) {
    auto const is_it = [name](std::string_view one) {
        return http::equal_ignoring_case(one, name);
    };
    if (is_it(length_field))
        return body.body == body_kind::chunked ? may_differ::no : may_differ::in_length;
    return std::ranges::any_of(judged_fields, is_it) ? may_differ::no : may_differ::freely;
}

void known_head::note_lines() {
    host_line_ = fields_.size();
    std::string_view const whole = bytes_;
    for (auto const& [name, value] : fields_) {
        line one;
        auto const begin = static_cast<std::size_t>(name.data() - whole.data());
        one.begin = static_cast<std::uint16_t>(begin);
        one.size = static_cast<std::uint16_t>(whole.find('\n', begin) + 1 - begin);
        one.name_size = static_cast<std::uint16_t>(name.size() + 1);
        one.value = judge(name, body_);
        if (http::equal_ignoring_case(name, "Host")) host_line_ = lines_.size();
        lines_.push_back(one);
    }
}

void known_head::tell(char const* at, request& meaning, framing& body,
                      std::vector<header_field>& fields) {
    point_into(meaning_, body_, bytes_.data(), at, meaning, body);
    // Nearly always they were told last time, and it stood at the same place.
    if (at != told_at_ || &fields != told_to_) point_into(fields_, bytes_.data(), at, fields);
    told_at_ = at;
    told_to_ = &fields;
    meaning.headers = fields;
}

// The field at the front of `bytes` where a known one stands in the other head; 0: it is another
// one, or its value is to be judged.
std::size_t known_head::tell_similar_line(std::size_t which, std::string_view bytes, framing& body,
                                          header_field& field) const {
    auto const& one = lines_[which];
    auto const known = std::string_view(bytes_).substr(one.begin, one.size);
    if (bytes.starts_with(known)) {
        auto const& [name, value] = fields_[which];
        field = {moved_part(name, known.data(), bytes.data()),
                 moved_part(value, known.data(), bytes.data())};
        return one.size;
    }
    auto const whole = whole_line(bytes);
    if (one.value == may_differ::no || !whole.starts_with(known.substr(0, one.name_size))) return 0;
    field = {whole.substr(0, one.name_size - 1u), http::trim(whole.substr(one.name_size))};
    if (!http::is_field_text(field.value)) return 0;
    if (one.value == may_differ::in_length && !read_length(field.value, body)) return 0;
    return whole.size() + line_end.size();
}

std::size_t known_head::tell_similar(std::string_view bytes, request& meaning, framing& body,
                                     std::vector<header_field>& fields) {
    if (lines_.empty()) return 0;
    told_to_ = nullptr;
    std::string_view const known = bytes_;
    bytes = bytes.substr(0, most);
    std::size_t at = lines_.front().begin; // the request line stands before it
    if (!bytes.starts_with(known.substr(0, at))) return 0;
    framing found = body_;
    fields.resize(lines_.size());
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        auto const size = tell_similar_line(i, bytes.substr(at), found, fields[i]);
        if (size == 0) return 0;
        at += size;
    }
    if (!bytes.substr(at).starts_with(line_end)) return 0;
    point_into(meaning_, found, known.data(), bytes.data(), meaning, body);
    if (host_line_ < fields.size()) {
        bool const is_shown = meaning_.host.data() == fields_[host_line_].value.data();
        body.host = fields[host_line_].value;
        if (is_shown) meaning.host = body.host; // else it stands in the request line
    }
    meaning.headers = fields;
    return at + line_end.size();
}

} // namespace sluice::gateway::server
