// Time zones of the IANA database and their calendar days. A local day begins at its first instant,
// which is not midnight where summer time skips it. Pure over the system's tzdata; any thread.
#pragma once

#include "queue/core/time.hpp"

#include <date/tz.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::call {

// UTC when there is no zone of this name (the configuration has been checked for that).
date::time_zone const& find_time_zone(std::string_view name);

// The day that a calendar on the wall shows at an instant.
std::chrono::local_days local_day_of(queue::wall_time at, date::time_zone const& zone);

// The first instant of a day. A day that the zone left out (Pacific/Apia, 2011-12-30) begins when
// the next one does, and so has no length.
queue::wall_time start_of_day(std::chrono::local_days day, date::time_zone const& zone);

// "2026-03-29", out and in. Nothing for anything else, a day that does not exist included.
std::string to_text(std::chrono::local_days day);
std::optional<std::chrono::local_days> parse_date(std::string_view text);

} // namespace sluice::gateway::call
