#include "gateway/cli/when.hpp"

#include "gateway/call/times.hpp"
#include "gateway/config/units.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <ctime>

namespace sluice::gateway::cli {

namespace {

using namespace std::chrono;

// A date, with a time of the day or without, in the local time zone.
std::optional<queue::wall_time> parse_local(std::string const& text) {
    std::tm parts{};
    parts.tm_isdst = -1;
    for (auto const* form : {"%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"}) {
        std::tm read = parts;
        char const* const end = ::strptime(text.c_str(), form, &read);
        if (end == nullptr || *end != '\0') continue;
        auto const day = read.tm_mday;
        auto const seconds_since = std::mktime(&read);
        // The 31st of a month that has none would become the next month's first.
        if (seconds_since == -1 || read.tm_mday != day) return std::nullopt;
        return queue::wall_time(seconds(seconds_since));
    }
    return std::nullopt;
}

milliseconds distance(queue::wall_time from, queue::wall_time to) {
    return duration_cast<milliseconds>(to - from);
}

} // namespace

std::optional<queue::wall_time> parse_when(std::string_view text, queue::wall_time now) {
    bool const ends_in_unit = !text.empty() && text.find_first_of("smhd") != text.npos &&
                              text.find_first_of("-:TZ ") == text.npos;
    if (ends_in_unit) {
        auto const length = config::parse_duration(text);
        if (!length) return std::nullopt;
        return now - *length;
    }
    if (auto const at = call::parse_instant(text)) return at;
    return parse_local(std::string(text));
}

std::string age_text(milliseconds length) {
    struct unit {
        char name;
        milliseconds of;
    };
    constexpr std::array units{unit{'d', days(1)}, unit{'h', hours(1)}, unit{'m', minutes(1)}};
    for (auto const& each : units) {
        if (length >= each.of) return fmt::format("{}{}", length / each.of, each.name);
    }
    return fmt::format("{}s", duration_cast<seconds>(length).count());
}

std::string time_style::text(std::string_view instant) const {
    if (!is_relative || instant.empty()) return std::string(instant);
    auto const at = call::parse_instant(instant);
    if (!at) return std::string(instant);
    if (*at <= now) return age_text(distance(*at, now)) + " ago";
    return "in " + age_text(distance(now, *at));
}

std::string time_style::until(std::string_view instant) const {
    return is_relative ? text(instant) : fmt::format("until {}", instant);
}

std::string time_style::age(std::string_view instant) const {
    if (!is_relative || instant.empty()) return std::string(instant);
    auto const at = call::parse_instant(instant);
    if (!at) return std::string(instant);
    return age_text(*at <= now ? distance(*at, now) : distance(now, *at));
}

} // namespace sluice::gateway::cli
