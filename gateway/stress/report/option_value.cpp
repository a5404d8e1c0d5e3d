#include "gateway/stress/report/option_value.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace sluice::gateway::stress {

namespace {

struct unit {
    std::string_view suffix;
    double microseconds;
};
// The longer suffix first where one ends in the other.
constexpr std::array<unit, 5> units{
    {{"us", 1}, {"ms", 1e3}, {"s", 1e6}, {"m", 60e6}, {"h", 3600e6}}};
constexpr double longest_us = 24 * 3600e6;

} // namespace

option_error bad(std::string_view what, std::string_view text, std::string_view expected) {
    return {fmt::format("{} \"{}\": {}", what, text, expected)};
}

std::optional<double> to_number(std::string_view text) {
    double value = 0;
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool const is_whole = ec == std::errc() && end == text.data() + text.size();
    if (text.empty() || !is_whole || !std::isfinite(value)) return std::nullopt;
    return value;
}

parsed<std::chrono::microseconds> parse_time(std::string_view text) {
    auto number = text;
    double scale = 1e6;
    for (auto const& u : units) {
        if (!text.ends_with(u.suffix)) continue;
        number.remove_suffix(u.suffix.size());
        scale = u.microseconds;
        break;
    }
    auto const value = to_number(number);
    if (!value) return bad("time", text, "expected a number and us, ms, s, m or h, as in 5ms");
    auto const us = std::round(*value * scale);
    if (us < 0 || us > longest_us) return bad("time", text, "expected 0 to 24 h");
    return std::chrono::microseconds(static_cast<std::int64_t>(us));
}

} // namespace sluice::gateway::stress
