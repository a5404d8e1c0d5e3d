#include "gateway/agents/report_window.hpp"

#include "codecs/error.hpp"
#include "gateway/call/times.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway::agents {

namespace {

using call::local_day_of;
using call::start_of_day;
using days = std::chrono::days;
using problems = std::vector<codecs::problem_error>;

enum class edge { first, last };

std::optional<queue::wall_time> read_time(given_text const& given, std::string_view name,
                                          edge which, date::time_zone const& zone,
                                          problems& found) {
    if (given.text.empty()) return std::nullopt;
    if (auto const day = call::parse_date(given.text)) {
        return start_of_day(which == edge::first ? *day : *day + days(1), zone);
    }
    if (auto const at = call::parse_instant(given.text)) return at;
    if (call::is_unix_seconds(given.text)) {
        found.push_back(
            {std::string(given.pointer), fmt::format("{} {}", name, call::seconds_rule)});
        return std::nullopt;
    }
    found.push_back({std::string(given.pointer),
                     fmt::format("{} must be a date (2026-03-29) or a time with its offset "
                                 "(2026-03-29T09:00:00+05:30); it is {}.",
                                 name, codecs::quoted_excerpt(given.text))});
    return std::nullopt;
}

} // namespace

std::chrono::seconds length_of(interval const& span) {
    using std::chrono::floor;
    using std::chrono::seconds;
    return floor<seconds>(span.end) - floor<seconds>(span.start);
}

std::optional<interval> clip(tables::agent_break const& from, interval const& window,
                             queue::wall_time now) {
    // The clock may have been set back since the break began.
    auto const end = from.end ? *from.end : std::max(from.start, now);
    bool const has_length = end > from.start;
    bool const begins_in_time = from.start < window.end;
    bool const ends_in_time = has_length ? end > window.start : from.start >= window.start;
    if (!begins_in_time || !ends_in_time) return std::nullopt;
    return interval{std::max(from.start, window.start), std::min(end, window.end)};
}

interval today(date::time_zone const& zone, queue::wall_time now) {
    auto const day = local_day_of(now, zone);
    return {start_of_day(day, zone), start_of_day(day + days(1), zone)};
}

call::checked<interval> read_window(given_text const& from, given_text const& to,
                                    date::time_zone const& zone, queue::wall_time now) {
    problems found;
    auto const first = read_time(from, "from", edge::first, zone, found);
    auto const last = read_time(to, "to", edge::last, zone, found);
    if (!found.empty()) return call::invalid(std::move(found));
    interval window;
    window.end = last ? *last : today(zone, now).end;
    // The day of the last instant, not of the one after it.
    window.start = first ? *first : today(zone, window.end - std::chrono::milliseconds(1)).start;
    bool const blames_from = to.text.empty();
    std::string const pointer(blames_from ? from.pointer : to.pointer);
    if (window.start >= window.end) {
        return call::invalid(pointer, blames_from ? "from must not be later than today."
                                                  : "to must be later than from.");
    }
    if (window.end - window.start > longest_window) {
        return call::invalid(pointer,
                             fmt::format("A report covers at most {} days.",
                                         std::chrono::floor<days>(longest_window).count()));
    }
    return window;
}

std::vector<day_span> days_of(interval const& window, date::time_zone const& zone) {
    std::vector<day_span> all;
    for (auto day = local_day_of(window.start, zone);; day += days(1)) {
        auto const start = std::max(start_of_day(day, zone), window.start);
        if (start >= window.end) return all;
        auto const end = std::min(start_of_day(day + days(1), zone), window.end);
        if (start < end) all.push_back({day, {start, end}});
    }
}

} // namespace sluice::gateway::agents
