// Instants as text: RFC 3339 out and in, and local times for the outbound API. Pure; any thread.
#pragma once

#include "queue/core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::call {

// Appends "2026-11-23T09:00:00.000Z".
void append_instant(std::string& out, queue::wall_time at);
std::string to_text(queue::wall_time at);

// RFC 3339 with an offset or `Z`, any number of digits in the fraction (cut to milliseconds), or
// an integer of Unix milliseconds. Nothing for anything else, a day that does not exist included.
std::optional<queue::wall_time> parse_instant(std::string_view text);
// Whether a text is an integer that parse_instant refuses because it can only be seconds.
bool is_unix_seconds(std::string_view text);
// What is wrong with such a text, behind the name of the field.
inline constexpr std::string_view seconds_rule =
    "is in seconds; an integer must be Unix milliseconds.";

// Exactly 25 characters, "2026-11-23T14:30:00+05:30", of a time in a zone of the IANA database;
// UTC when the zone is not known (the configuration has been checked for that).
std::string local_time(queue::wall_time at, std::string_view zone);
inline constexpr std::size_t local_time_length = 25;

// The day that it is then in a zone of the IANA database, as days since 1970-01-01; and such a day
// as "2026-11-23".
std::int32_t local_day(queue::wall_time at, std::string_view zone);
std::string to_date_text(std::int32_t day);

} // namespace sluice::gateway::call
