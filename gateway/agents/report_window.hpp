// The time that a report is about: `from` and `to` of a call, read in the account's time zone, its
// days, and the part of a break that lies in it. Pure; any thread.
#pragma once

#include "gateway/call/refusal.hpp"
#include "gateway/call/time_zone.hpp"
#include "gateway/tables/agent.hpp"
#include "queue/core/time.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::agents {

// From `start` up to and without `end`.
struct interval {
    queue::wall_time start;
    queue::wall_time end;

    bool operator==(interval const&) const = default;
};

// Whole seconds between the two ends, each cut to its second: the pieces of an interval that is
// split at whole seconds always add up to the whole.
std::chrono::seconds length_of(interval const& span);

// The part of a break that lies in `window`; an open break lasts until `now`. A break of no length
// lies in the window that it stands in. Nothing where no part does.
std::optional<interval> clip(tables::agent_break const& from, interval const& window,
                             queue::wall_time now);

// The longest report: a leap year, with an hour to spare for summer time.
inline constexpr std::chrono::hours longest_window{366 * 24 + 1};

// A field as it was given, empty where it was not, and where it is to be reported.
struct given_text {
    std::string_view text;
    std::string_view pointer;
};

// A time is RFC 3339 with its offset, Unix milliseconds, or a date: `from` its first instant, `to`
// its last. Default is today: `to` the end of it, `from` the beginning of the day in which `to`
// ends. Refusal (422, every problem at once): what is no time, a window without length, and one
// that is longer than longest_window.
call::checked<interval> read_window(given_text const& from, given_text const& to,
                                    date::time_zone const& zone, queue::wall_time now);

// The day that `now` is in.
interval today(date::time_zone const& zone, queue::wall_time now);

// One calendar day, as far as it lies in a window.
struct day_span {
    std::chrono::local_days date;
    interval span;
};

// The days of a window, in order, without gaps; none has no length.
std::vector<day_span> days_of(interval const& window, date::time_zone const& zone);

} // namespace sluice::gateway::agents
