#include "gateway/stress/load/body_template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace sluice::gateway::stress {

namespace {

constexpr std::string_view opening = "{{";
constexpr std::string_view closing = "}}";
constexpr std::string_view hex_digits = "0123456789abcdef";

option_error bad(std::string_view field, std::string_view why) {
    return {fmt::format("template field {{{{{}}}}}: {}", field, why)};
}

bool to_whole(std::string_view text, std::uint64_t& value) {
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    return !text.empty() && ec == std::errc() && end == text.data() + text.size();
}

std::vector<std::string> split_choices(std::string_view text) {
    std::vector<std::string> all;
    while (true) {
        auto const bar = text.find('|');
        all.emplace_back(text.substr(0, bar));
        if (bar == std::string_view::npos) return all;
        text.remove_prefix(bar + 1);
    }
}

std::uint64_t draw(std::mt19937_64& random, std::uint64_t low, std::uint64_t high) {
    return std::uniform_int_distribution<std::uint64_t>(low, high)(random);
}

void append_digits(std::string& out, std::uint64_t count, std::uint64_t base,
                   std::mt19937_64& random) {
    for (std::uint64_t i = 0; i < count; ++i)
        out += hex_digits[draw(random, 0, base - 1)];
}

// RFC 9562 section 5.4.
void append_uuid(std::string& out, std::mt19937_64& random) {
    auto const high = (random() & ~std::uint64_t{0xF000}) | 0x4000;
    auto const low = (random() >> 2) | (std::uint64_t{1} << 63);
    fmt::format_to(std::back_inserter(out), "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32,
                   (high >> 16) & 0xFFFF, high & 0xFFFF, low >> 48, low & 0xFFFF'FFFF'FFFF);
}

} // namespace

parsed<body_template::part> body_template::parse_range(std::string_view field,
                                                       std::string_view range) {
    auto const dash = range.find('-');
    part one{kind::random, {}, 0, 0, {}};
    bool const is_range = dash != std::string_view::npos &&
                          to_whole(range.substr(0, dash), one.low) &&
                          to_whole(range.substr(dash + 1), one.high) && one.low <= one.high;
    if (!is_range) return bad(field, "expected LOW-HIGH, as in {{random:1-100}}");
    return one;
}

parsed<body_template::part> body_template::parse_size(std::string_view field, std::string_view size,
                                                      kind what) {
    part one{what, {}, 0, 0, {}};
    if (!to_whole(size, one.high) || one.high == 0 || one.high > most_digits)
        return bad(field, fmt::format("expected a number of digits from 1 to {}", most_digits));
    return one;
}

parsed<body_template::part> body_template::parse_field(std::string_view field) {
    auto const colon = field.find(':');
    auto const name = field.substr(0, colon);
    bool const has_argument = colon != std::string_view::npos;
    auto const argument = has_argument ? field.substr(colon + 1) : std::string_view();
    if (name == "counter" && !has_argument) return part{kind::counter, {}, 0, 1, {}};
    if (name == "uuid" && !has_argument) return part{kind::uuid, {}, 0, 0, {}};
    if (name == "time_ms" && !has_argument) return part{kind::time_ms, {}, 0, 0, {}};
    if (name == "counter") return parse_size(field, argument, kind::counter);
    if (name == "digits") return parse_size(field, argument, kind::digits);
    if (name == "hex") return parse_size(field, argument, kind::hex);
    if (name == "random") return parse_range(field, argument);
    if (name == "pick" && has_argument) return part{kind::pick, {}, 0, 0, split_choices(argument)};
    return bad(field, "known are counter, random:LOW-HIGH, digits:N, hex:N, uuid, pick:A|B and "
                      "time_ms");
}

parsed<body_template> body_template::parse(std::string_view text) {
    body_template made;
    std::size_t fields = 0;
    while (!text.empty()) {
        auto const begin = text.find(opening);
        if (begin > 0) {
            made.parts_.push_back({kind::text, std::string(text.substr(0, begin)), 0, 0, {}});
        }
        if (begin == std::string_view::npos) break;
        text.remove_prefix(begin + opening.size());
        auto const end = text.find(closing);
        if (end == std::string_view::npos) {
            return option_error{
                fmt::format("template: \"{{{{{}\" is not closed by }}}}", text.substr(0, 20))};
        }
        if (++fields > most_fields)
            return option_error{fmt::format("template: more than {} fields", most_fields)};
        auto one = parse_field(text.substr(0, end));
        if (!one) return one.error();
        made.parts_.push_back(std::move(*one));
        text.remove_prefix(end + closing.size());
    }
    return made;
}

void body_template::render_part(std::string& out, part const& one, template_inputs const& inputs,
                                std::mt19937_64& random) {
    switch (one.what) {
    case kind::text:
        out += one.text;
        return;
    case kind::counter:
        fmt::format_to(std::back_inserter(out), "{:0{}}", inputs.counter, one.high);
        return;
    case kind::random:
        fmt::format_to(std::back_inserter(out), "{}", draw(random, one.low, one.high));
        return;
    case kind::digits:
        append_digits(out, one.high, 10, random);
        return;
    case kind::hex:
        append_digits(out, one.high, 16, random);
        return;
    case kind::uuid:
        append_uuid(out, random);
        return;
    case kind::pick:
        out += one.choices[draw(random, 0, one.choices.size() - 1)];
        return;
    case kind::time_ms:
        fmt::format_to(std::back_inserter(out), "{}", inputs.unix_time.count());
        return;
    }
}

void body_template::render(std::string& out, template_inputs const& inputs,
                           std::mt19937_64& random) const {
    out.clear();
    for (auto const& one : parts_)
        render_part(out, one, inputs, random);
}

} // namespace sluice::gateway::stress
