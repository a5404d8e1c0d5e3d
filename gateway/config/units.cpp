#include "gateway/config/units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace sluice::gateway::config {
namespace {

struct unit {
    std::string_view suffix;
    std::uint64_t factor;
};

// Longest suffix first where one ends in another: "ms" before "s", "KiB" before "B".
constexpr std::array<unit, 5> duration_units{{
    {"ms", 1},
    {"s", 1'000},
    {"m", 60'000},
    {"h", 3'600'000},
    {"d", 86'400'000},
}};
constexpr std::array<unit, 9> size_units{{
    {"KiB", 1ULL << 10},
    {"MiB", 1ULL << 20},
    {"GiB", 1ULL << 30},
    {"TiB", 1ULL << 40},
    {"KB", 1'000},
    {"MB", 1'000'000},
    {"GB", 1'000'000'000},
    {"TB", 1'000'000'000'000},
    {"B", 1},
}};
constexpr std::uint64_t longest_ms = 36'525ULL * 86'400'000;

struct amount {
    std::uint64_t value;
    std::uint64_t factor;
};

// Digits and one of the suffixes, or digits alone (factor 0). False on anything else.
template <std::size_t N>
bool split(std::string_view text, std::array<unit, N> const& units, amount& to) {
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), to.value);
    if (ec == std::errc::result_out_of_range)
        to.value = std::numeric_limits<std::uint64_t>::max();
    else if (ec != std::errc())
        return false;
    auto const suffix = text.substr(static_cast<std::size_t>(end - text.data()));
    to.factor = 0;
    if (suffix.empty()) return true;
    for (auto const& one : units)
        if (one.suffix == suffix) to.factor = one.factor;
    return to.factor != 0;
}

template <std::size_t N>
std::string format(std::uint64_t value, std::array<unit, N> const& units, unit smallest) {
    unit best = smallest;
    for (auto const& one : units)
        if (value != 0 && value % one.factor == 0 && one.factor > best.factor) best = one;
    return std::to_string(value / best.factor).append(best.suffix);
}

boost::system::result<std::chrono::milliseconds> parse_seconds(std::string_view text) {
    double seconds = 0;
    auto const [end, ec] =
        std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
    if (ec != std::errc() || end != text.data() + text.size()) return error::duration_syntax;
    return duration_from_seconds(seconds);
}

} // namespace

boost::system::result<std::chrono::milliseconds> parse_duration(std::string_view text) {
    amount parsed{};
    if (!split(text, duration_units, parsed)) return parse_seconds(text);
    if (parsed.factor == 0) parsed.factor = 1'000;
    if (parsed.value > longest_ms / parsed.factor) return error::duration_too_long;
    return std::chrono::milliseconds(parsed.value * parsed.factor);
}

boost::system::result<std::chrono::milliseconds> duration_from_seconds(double seconds) {
    if (!std::isfinite(seconds) || seconds < 0) return error::duration_syntax;
    double const milliseconds = std::round(seconds * 1'000);
    if (milliseconds > static_cast<double>(longest_ms)) return error::duration_too_long;
    return std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds));
}

boost::system::result<std::uint64_t> parse_size(std::string_view text) {
    amount parsed{};
    if (!split(text, size_units, parsed)) return error::size_syntax;
    if (parsed.factor == 0) parsed.factor = 1;
    constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
    if (parsed.value > largest / parsed.factor) return error::size_too_large;
    return parsed.value * parsed.factor;
}

std::string format_duration(std::chrono::milliseconds value) {
    return format(static_cast<std::uint64_t>(value.count()), duration_units, duration_units[0]);
}

std::string format_size(std::uint64_t bytes) {
    constexpr std::array<unit, 4> binary{size_units[0], size_units[1], size_units[2],
                                         size_units[3]};
    return format(bytes, binary, size_units[8]);
}

} // namespace sluice::gateway::config
