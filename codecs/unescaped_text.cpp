#include "codecs/unescaped_text.hpp"

#include "codecs/percent.hpp"
#include "codecs/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace sluice::codecs {

namespace {

constexpr std::size_t longest_reference = 10; // "&#x10FFFF;"

constexpr std::array<std::pair<std::string_view, char>, 5> references{
    {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}}};

// Bytes of the escape that a text begins with, and what they stand for.
struct escape {
    std::size_t length = 0;
    std::string meaning;
};

std::optional<char32_t> code_point(std::string_view digits, int base) {
    std::uint32_t value = 0;
    auto const end = digits.data() + digits.size();
    auto const [stop, ec] = std::from_chars(digits.data(), end, value, base);
    if (ec != std::errc() || stop != end) return std::nullopt;
    return value;
}

// A `\u` and four digits, of a pair of surrogates both; one alone is written as U+FFFD.
escape read_code_unit(std::string_view text) {
    auto const first = text.size() >= 6 ? code_point(text.substr(2, 4), 16) : std::nullopt;
    if (!first) return {};
    escape found{6, {}};
    char32_t point = *first;
    bool const is_pair =
        point >= 0xD800 && point < 0xDC00 && text.size() >= 12 && text.substr(6, 2) == "\\u";
    if (auto const low = is_pair ? code_point(text.substr(8, 4), 16) : std::nullopt;
        low && *low >= 0xDC00 && *low < 0xE000) {
        point = 0x10000 + ((point - 0xD800) << 10) + (*low - 0xDC00);
        found.length = 12;
    }
    append_utf8(found.meaning, point);
    return found;
}

escape read_backslash(std::string_view text) {
    constexpr std::string_view letters = "\"\\/'bfnrt";
    constexpr std::string_view meanings = "\"\\/'\b\f\n\r\t";
    if (text.size() < 2) return {};
    if (text[1] == 'u') return read_code_unit(text);
    auto const which = letters.find(text[1]);
    if (which == letters.npos) return {};
    return {2, std::string(1, meanings[which])};
}

escape read_reference(std::string_view text) {
    for (auto const& [name, meaning] : references) {
        if (text.starts_with(name)) return {name.size(), std::string(1, meaning)};
    }
    auto const end = text.substr(0, longest_reference).find(';');
    if (!text.starts_with("&#") || end == text.npos || end < 3) return {};
    bool const is_hex = text[2] == 'x' || text[2] == 'X';
    auto const digits = text.substr(is_hex ? 3 : 2, end - (is_hex ? 3 : 2));
    auto const point = code_point(digits, is_hex ? 16 : 10);
    if (!point) return {};
    escape found{end + 1, {}};
    append_utf8(found.meaning, *point);
    return found;
}

escape read_escape(std::string_view text) {
    switch (text.front()) {
    case '\\':
        return read_backslash(text);
    case '&':
        return read_reference(text);
    case '%':
        if (auto const byte = percent_triplet(text)) return {3, std::string(1, *byte)};
        return {};
    default:
        return {};
    }
}

} // namespace

bool unescaped_text::peel() {
    std::string plain;
    std::vector<shift> shifts;
    std::size_t copied = 0;
    auto before = shifts_.begin();
    auto const copy = [&](std::size_t to) {
        if (to == copied) return;
        // The pieces that ran beside the raw text before do so now.
        shifts.push_back({plain.size(), place_of(copied)});
        while (before != shifts_.end() && before->at <= copied)
            ++before;
        for (; before != shifts_.end() && before->at < to; ++before)
            shifts.push_back({plain.size() + before->at - copied, before->raw});
        plain += text_.substr(copied, to - copied);
    };
    for (auto at = text_.find_first_of("\\&%"); at < text_.size();
         at = text_.find_first_of("\\&%", at)) {
        auto const found = read_escape(text_.substr(at));
        if (found.length == 0) {
            ++at;
            continue;
        }
        copy(at);
        shifts.push_back({plain.size(), place_of(at)});
        plain += found.meaning;
        at += found.length;
        copied = at;
    }
    if (shifts.empty()) return false;
    copy(text_.size());
    shifts.push_back({plain.size(), place_of(text_.size())});
    own_ = std::move(plain);
    text_ = own_;
    shifts_ = std::move(shifts);
    return true;
}

std::size_t unescaped_text::place_of(std::size_t at) const {
    auto const behind = std::ranges::upper_bound(shifts_, at, {}, &shift::at);
    if (behind == shifts_.begin()) return at;
    auto const& by = *std::prev(behind);
    return by.raw + (at - by.at);
}

} // namespace sluice::codecs
