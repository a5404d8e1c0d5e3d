#include "queue/journal/journal_line.hpp"

#include "queue/core/eight_at_once.hpp"
#include "queue/core/hex_pairs.hpp"
#include "queue/journal/crc32c.hpp"
#include "queue/journal/put_digits.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <string>

namespace sluice::queue {

namespace {

constexpr std::string_view magic = "#J1 ";

std::array<char, 8> little_endian(std::uint64_t value) {
    std::array<char, 8> bytes;
    for (auto& byte : bytes) {
        byte = static_cast<char>(value & 255);
        value >>= 8;
    }
    return bytes;
}

std::uint32_t body_salt(std::uint32_t salt, sequence seq) {
    auto const bytes = little_endian(seq);
    return crc32c({bytes.data(), bytes.size()}, salt);
}

// What may not stand in a value: it would end the value, the list or the line.
constexpr std::array<bool, 256> make_escaped_set() {
    std::array<bool, 256> set{};
    for (std::size_t c = 0; c <= 0x20; ++c)
        set[c] = true;
    set[0x7F] = set['%'] = set[','] = true;
    return set;
}
constexpr auto is_escaped = make_escaped_set();

// What stands before the first `separator`, taken off with it.
std::string_view take_first(std::string_view& text, char separator = ' ') {
    auto const end = find_near(text, separator);
    auto const word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

// The same from the end.
std::string_view take_last(std::string_view& text) {
    std::size_t begin = text.size();
    while (begin > 0 && text[begin - 1] != ' ')
        --begin;
    if (begin == 0) return {};
    auto const word = text.substr(begin);
    text = text.substr(0, begin - 1);
    return word;
}

// What each character stands for; above 15: it is none of ours. Only as we write it: else a flipped
// bit could turn a lower case digit into an upper case one.
constexpr auto checksum_digits = [] {
    std::array<std::uint8_t, 256> all{};
    all.fill(0xFF);
    for (std::uint8_t i = 0; i < 16; ++i)
        all[static_cast<unsigned char>(hex_digits[i])] = i;
    return all;
}();

// Takes the eight digits and the blank before them off the end of `text`.
std::optional<std::uint32_t> take_checksum(std::string_view& text) {
    constexpr std::size_t length = 8;
    if (text.size() <= length) return std::nullopt;
    auto const word = text.substr(text.size() - length);
    text.remove_suffix(length);
    std::uint32_t value = 0;
    unsigned all = text.back() == ' ' ? 0 : 0xFF;
    text.remove_suffix(1);
    for (char const c : word) {
        unsigned const digit = checksum_digits[static_cast<unsigned char>(c)];
        all |= digit;
        value = value << 4 | (digit & 15);
    }
    if (all > 15) return std::nullopt;
    return value;
}

// Takes the checksum off the end of a line if it is that of what stands before, its blank included:
// to write the right one beside it takes half of reading what is there.
bool take_right_checksum(std::string_view& text, std::uint32_t salt) {
    std::array<char, 8> right;
    if (text.size() <= right.size()) return false;
    auto const word = text.substr(text.size() - right.size());
    text.remove_suffix(right.size());
    put_hex32(right.data(), crc32c(text, salt));
    if (text.back() != ' ' || std::memcmp(word.data(), right.data(), right.size()) != 0) {
        return false;
    }
    text.remove_suffix(1);
    return true;
}

// Takes an id, or "-" for none, off `text`.
bool take_id(std::string_view& text, task_id& into) {
    bool const is_usual =
        text.size() > task_id_length && text[task_id_length] == ' ' && text.front() != '-';
    auto const name = is_usual ? text.substr(0, task_id_length) : take_first(text);
    if (is_usual) text.remove_prefix(task_id_length + 1);
    if (name == "-") return true;
    auto const id = parse_task_id(name);
    if (id.has_value()) into = *id;
    return id.has_value();
}

// Fills in what stands behind the magic of a line that is known to be whole.
bool parse_words(std::string_view text, journal_line& line) {
    auto const length = take_last(text);
    line.has_body = length != "-";
    if (line.has_body) {
        auto const bytes = parse_number(length);
        if (!bytes) return false;
        line.body_bytes = *bytes;
    }
    line.kind = take_first(text);
    if (!take_id(text, line.id)) return false;
    auto const seq = take_first(text);
    if (!seq.starts_with("seq=")) return false;
    auto const number = parse_number(seq.substr(4));
    if (!number) return false;
    line.seq = *number;
    line.fields = text;
    return true;
}

} // namespace

std::uint32_t salted(std::uint64_t salt) {
    auto const bytes = little_endian(salt);
    return crc32c({bytes.data(), bytes.size()});
}

void line_writer::decimal(std::uint64_t value) {
    at_ = put_decimal(at_, value);
}

void line_writer::escaped(std::string_view value) {
    for (char const c : value) {
        auto const byte = static_cast<unsigned char>(c);
        if (!is_escaped[byte]) {
            *at_++ = c;
            continue;
        }
        *at_++ = '%';
        *at_++ = hex_digits[byte >> 4];
        *at_++ = hex_digits[byte & 15];
    }
}

void line_writer::milliseconds(wall_time value) {
    auto const count = value.time_since_epoch().count();
    // 13 digits, as every time from 2001 to 2286 has: half of what finding out their number takes.
    if (count >= 1'000'000'000'000 && count < 10'000'000'000'000) {
        put_eight(at_, static_cast<std::uint32_t>(count / 100'000));
        auto const rest = static_cast<std::uint32_t>(count % 100'000);
        at_[8] = static_cast<char>('0' + rest / 10'000);
        put_four(at_ + 9, rest % 10'000);
        at_ += 13;
        return;
    }
    if (count < 0) *at_++ = '-';
    auto const size = static_cast<std::uint64_t>(count);
    at_ = put_decimal(at_, count < 0 ? 0 - size : size);
}

void line_writer::begin(std::string_view kind, task_id const& id, sequence seq) {
    seq_ = seq;
    head(kind, id);
    number(" seq=", seq);
}

void line_writer::begin_padded(std::string_view kind, sequence seq) {
    seq_ = seq;
    head(kind, task_id{});
    padded(" seq=", seq);
}

void line_writer::head(std::string_view kind, task_id const& id) {
    raw(magic);
    raw(kind);
    *at_++ = ' ';
    if (id.is_nil()) {
        *at_++ = '-';
    } else {
        at_ = to_chars(id, at_);
    }
}

void line_writer::padded(std::string_view key, std::uint64_t value) {
    raw(key);
    for (int i = 15; i >= 0; --i) {
        at_[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    at_ += 16;
}

void line_writer::id(std::string_view key, task_id const& value) {
    raw(key);
    at_ = to_chars(value, at_);
}

void line_writer::hex(std::string_view key, std::string_view bytes) {
    raw(key);
    for (char const c : bytes) {
        *at_++ = hex_digits[static_cast<unsigned char>(c) >> 4];
        *at_++ = hex_digits[static_cast<unsigned char>(c) & 15];
    }
}

void line_writer::finish_line(std::uint32_t body_checksum) {
    *at_++ = ' ';
    at_ = put_hex32(at_, body_checksum);
    *at_++ = ' ';
    at_ = put_hex32(at_, crc32c({begin_, static_cast<std::size_t>(at_ - begin_)}, salt_));
    *at_++ = '\n';
}

char* line_writer::end() {
    raw(" -");
    finish_line(0);
    return at_;
}

char* line_writer::end(std::string_view body) {
    number(" ", body.size());
    finish_line(crc32c(body, body_salt(salt_, seq_)));
    raw(body);
    *at_++ = '\n';
    return at_;
}

std::optional<journal_line> parse_line(std::string_view bytes, std::uint32_t salt) {
    if (!bytes.starts_with(magic)) return std::nullopt;
    auto const end = bytes.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    auto text = bytes.substr(0, end);
    if (!take_right_checksum(text, salt)) return std::nullopt;
    journal_line line;
    auto const body_checksum = take_checksum(text);
    if (!body_checksum || text.size() < magic.size()) return std::nullopt;
    line.body_checksum = *body_checksum;
    line.line_bytes = end + 1;
    if (!parse_words(text.substr(magic.size()), line)) return std::nullopt;
    return line;
}

std::optional<std::string_view> body_of(journal_line const& line, std::string_view bytes,
                                        std::uint32_t salt) {
    if (!line.has_body) return std::string_view();
    auto const rest = bytes.substr(line.line_bytes);
    if (rest.empty() || line.body_bytes > rest.size() - 1) return std::nullopt;
    auto const body = rest.substr(0, line.body_bytes);
    if (rest[body.size()] != '\n') return std::nullopt;
    if (crc32c(body, body_salt(salt, line.seq)) != line.body_checksum) return std::nullopt;
    return body;
}

bool next_field(std::string_view& fields, std::string_view& key, std::string_view& value) {
    if (fields.empty()) return false;
    value = take_first(fields);
    key = take_first(value, '=');
    return true;
}

std::string_view next_value(std::string_view& fields) {
    return take_first(fields);
}

std::string_view next_part(std::string_view& list) {
    return take_first(list, ',');
}

std::optional<std::string> unescape(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            plain += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        auto const byte = parse_number(text.substr(i + 1, 2), 16);
        if (!byte) return std::nullopt;
        plain += static_cast<char>(*byte);
        i += 2;
    }
    return plain;
}

std::optional<std::uint64_t> parse_number(std::string_view digits, int base) {
    if (base == 10 && !digits.empty() && digits.size() <= most_short_digits) {
        return short_decimal(digits);
    }
    std::uint64_t value = 0;
    auto const* const end = digits.data() + digits.size();
    auto const [stopped, error] = std::from_chars(digits.data(), end, value, base);
    if (error != std::errc() || stopped != end) return std::nullopt;
    return value;
}

std::optional<wall_time> parse_time(std::string_view digits) {
    if (!digits.empty() && digits.front() != '-' && digits.size() < most_short_digits) {
        auto const count = short_decimal(digits);
        if (!count) return std::nullopt;
        return wall_time{wall_time::duration{static_cast<wall_time::rep>(*count)}};
    }
    wall_time::rep value = 0;
    auto const* const end = digits.data() + digits.size();
    auto const [stopped, error] = std::from_chars(digits.data(), end, value);
    if (error != std::errc() || stopped != end) return std::nullopt;
    return wall_time{wall_time::duration{value}};
}

} // namespace sluice::queue
