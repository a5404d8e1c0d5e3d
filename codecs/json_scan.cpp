#include "codecs/json_scan.hpp"

#include "codecs/text.hpp"
#include "codecs/utf8.hpp"

#include <array>
#include <charconv>
#include <set>

namespace sluice::codecs {

namespace {

// The characters that the scanner stops at. Tables, because the searches of string_view call memchr
// for every character, which costs more than the scan.
using character_set = std::array<bool, 256>;

constexpr character_set make_set(std::string_view characters) {
    character_set set{};
    for (char const c : characters)
        set[static_cast<unsigned char>(c)] = true;
    return set;
}

constexpr auto blanks = make_set(white_space);
constexpr auto brackets_and_quotes = make_set("{}[]\"");
constexpr auto scalar_ends = make_set(",]} \t\r\n");

bool is_one_of(character_set const& set, char c) noexcept {
    return set[static_cast<unsigned char>(c)];
}

std::size_t skip_white_space(std::string_view text, std::size_t i) noexcept {
    while (i < text.size() && is_one_of(blanks, text[i]))
        ++i;
    return i;
}

// The offset behind the string whose opening quote is at `i`. A quote ends it unless an odd number
// of backslashes stands before it: most strings have none, and looking for quotes alone takes a
// tenth of looking at each character.
std::size_t skip_string(std::string_view text, std::size_t i) noexcept {
    auto const begin = i + 1;
    for (auto at = text.find('"', begin); at != text.npos; at = text.find('"', at + 1)) {
        auto backslash = at;
        while (backslash > begin && text[backslash - 1] == '\\')
            --backslash;
        if ((at - backslash) % 2 == 0) return at + 1;
    }
    return text.size();
}

std::size_t skip_container(std::string_view text, std::size_t i) noexcept {
    std::size_t depth = 0;
    while (i < text.size()) {
        char const c = text[i];
        if (!is_one_of(brackets_and_quotes, c)) {
            ++i;
        } else if (c == '"') {
            i = skip_string(text, i);
        } else {
            ++i;
            if (c == '{' || c == '[') ++depth;
            if ((c == '}' || c == ']') && --depth == 0) break;
        }
    }
    return i;
}

// The offset behind the value that begins at `i`.
std::size_t skip_value(std::string_view text, std::size_t i) noexcept {
    if (i >= text.size()) return text.size();
    if (text[i] == '"') return skip_string(text, i);
    if (text[i] == '{' || text[i] == '[') return skip_container(text, i);
    while (i < text.size() && !is_one_of(scalar_ends, text[i]))
        ++i;
    return i;
}

char32_t hex_value(std::string_view digits) noexcept {
    unsigned value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    return value;
}

// Appends what the escape at `i` (behind the backslash) stands for; returns the offset behind it.
std::size_t unescape_one(std::string_view raw, std::size_t i, std::string& out) {
    static constexpr std::string_view names = "bfnrt";
    static constexpr std::string_view values = "\b\f\n\r\t";
    if (raw[i] != 'u') {
        auto const found = names.find(raw[i]);
        out.push_back(found == std::string_view::npos ? raw[i] : values[found]);
        return i + 1;
    }
    auto code_point = hex_value(raw.substr(std::min(i + 1, raw.size()), 4));
    i = std::min(i + 5, raw.size());
    bool const is_high = code_point >= 0xD800 && code_point < 0xDC00;
    if (is_high && raw.substr(i).starts_with("\\u")) {
        auto const low = hex_value(raw.substr(i + 2, 4));
        code_point = 0x10000 + ((code_point - 0xD800) << 10) + ((low - 0xDC00) & 0x3FF);
        i = std::min(i + 6, raw.size());
    }
    append_utf8(out, code_point);
    return i;
}

std::string unescape(std::string_view raw) {
    std::string text;
    text.reserve(raw.size());
    std::size_t i = 0;
    while (i < raw.size()) {
        auto const backslash = std::min(raw.find('\\', i), raw.size());
        text.append(raw.substr(i, backslash - i));
        if (backslash + 1 >= raw.size()) break;
        i = unescape_one(raw, backslash + 1, text);
    }
    return text;
}

} // namespace

json_cursor::json_cursor(std::string_view container) noexcept
    : text_(json_trim(container))
    , is_object_(text_.starts_with('{')) {
    bool const is_container = is_object_ || text_.starts_with('[');
    at_ = is_container ? skip_white_space(text_, 1) : text_.size();
}

bool json_cursor::next(json_member& member) noexcept {
    if (at_ >= text_.size() || text_[at_] == '}' || text_[at_] == ']') return false;
    if (is_object_ && !take_name(member)) return false;
    auto const end = skip_value(text_, at_);
    // Garbage that is no value at all must not hold the cursor where it is.
    if (end == at_) return false;
    member.value = text_.substr(at_, end - at_);
    at_ = skip_white_space(text_, end);
    if (at_ < text_.size() && text_[at_] == ',') at_ = skip_white_space(text_, at_ + 1);
    return true;
}

bool json_cursor::take_name(json_member& member) noexcept {
    if (text_[at_] != '"') return false;
    auto const end = skip_string(text_, at_);
    if (end < at_ + 2) return false;
    member.raw_name = text_.substr(at_ + 1, end - at_ - 2);
    at_ = skip_white_space(text_, end);
    if (at_ >= text_.size() || text_[at_] != ':') return false;
    at_ = skip_white_space(text_, at_ + 1);
    return true;
}

std::string json_member::name() const {
    return unescape(raw_name);
}

bool json_member::is(std::string_view text) const {
    if (raw_name.find('\\') == std::string_view::npos) return raw_name == text;
    return unescape(raw_name) == text;
}

std::string_view json_trim(std::string_view text) noexcept {
    text = without_mark(text);
    text.remove_prefix(skip_white_space(text, 0));
    while (!text.empty() && is_one_of(blanks, text.back()))
        text.remove_suffix(1);
    return text;
}

json_kind json_kind_of(std::string_view raw) noexcept {
    raw = without_mark(raw);
    auto const first = skip_white_space(raw, 0);
    if (first == raw.size()) return json_kind::null;
    switch (raw[first]) {
    case '{':
        return json_kind::object;
    case '[':
        return json_kind::array;
    case '"':
        return json_kind::string;
    case 't':
    case 'f':
        return json_kind::boolean;
    case 'n':
        return json_kind::null;
    default:
        return json_kind::number;
    }
}

bool is_json_decimal(std::string_view raw) noexcept {
    return json_kind_of(raw) == json_kind::number && raw.find_first_of(".eE") != raw.npos;
}

std::vector<json_member> json_members(std::string_view object) {
    std::vector<json_member> members;
    if (json_kind_of(object) != json_kind::object) return members;
    json_cursor cursor(object);
    for (json_member member; cursor.next(member);)
        members.push_back(member);
    return members;
}

std::vector<std::string_view> json_elements(std::string_view array) {
    std::vector<std::string_view> elements;
    if (json_kind_of(array) != json_kind::array) return elements;
    json_cursor cursor(array);
    for (json_member member; cursor.next(member);)
        elements.push_back(member.value);
    return elements;
}

std::optional<std::string_view> json_member_value(std::string_view object, std::string_view name) {
    if (json_kind_of(object) != json_kind::object) return std::nullopt;
    json_cursor cursor(object);
    for (json_member member; cursor.next(member);) {
        if (member.is(name)) return member.value;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> json_member_number(std::string_view object, std::string_view name) {
    auto const raw = json_member_value(object, name);
    if (!raw) return std::nullopt;
    std::uint64_t number = 0;
    auto const [end, ec] = std::from_chars(raw->data(), raw->data() + raw->size(), number);
    if (ec != std::errc() || end != raw->data() + raw->size()) return std::nullopt;
    return number;
}

namespace {

std::optional<std::string_view> element_at(std::string_view array, std::size_t index) {
    json_cursor cursor(array);
    json_member member;
    while (cursor.next(member)) {
        if (index-- == 0) return member.value;
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string_view> json_find(std::string_view text, json_pointer const& pointer) {
    std::optional<std::string_view> current = json_trim(text);
    for (auto const& token : pointer.tokens()) {
        auto const kind = json_kind_of(*current);
        if (kind == json_kind::object) {
            current = json_member_value(*current, token);
        } else if (kind == json_kind::array) {
            auto const index = pointer_index(token);
            if (!index) return std::nullopt;
            current = element_at(*current, *index);
        } else {
            return std::nullopt;
        }
        if (!current) return std::nullopt;
    }
    return current;
}

std::string json_text(std::string_view raw) {
    raw = json_trim(raw);
    switch (json_kind_of(raw)) {
    case json_kind::null:
        return {};
    case json_kind::string:
        return raw.size() < 2 ? std::string() : unescape(raw.substr(1, raw.size() - 2));
    default:
        return std::string(raw);
    }
}

namespace {

void append_without_repeats(std::string& out, std::string_view raw) {
    auto const kind = json_kind_of(raw);
    if (kind == json_kind::array) {
        out.push_back('[');
        for (auto const element : json_elements(raw)) {
            if (out.back() != '[') out.push_back(',');
            append_without_repeats(out, element);
        }
        out.push_back(']');
    } else if (kind == json_kind::object) {
        auto const members = json_members(raw);
        std::set<std::string> names;
        std::vector<bool> is_last(members.size());
        for (auto i = members.size(); i-- > 0;)
            is_last[i] = names.insert(members[i].name()).second;
        out.push_back('{');
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (!is_last[i]) continue;
            if (out.back() != '{') out.push_back(',');
            out.append("\"").append(members[i].raw_name).append("\":");
            append_without_repeats(out, members[i].value);
        }
        out.push_back('}');
    } else {
        out.append(raw);
    }
}

} // namespace

std::string json_without_repeats(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    append_without_repeats(out, json_trim(text));
    return out;
}

} // namespace sluice::codecs
