// Reads how long a server wants to be left alone: the one reader of waits, for Retry-After (RFC
// 9110 section 10.2.3) and for the fields of rate limits (rate_limit_hint). Pure functions.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace sluice::gateway::client {

// A number of seconds, whose fraction is rounded up; one that can only be a moment (10^9 and up:
// Unix seconds; 10^12 and up: Unix milliseconds) is taken against `now`, and is zero where it is
// past. Nothing for text that is no plain number. Never more than 100 years.
std::optional<std::chrono::milliseconds>
parse_wait(std::string_view text, std::chrono::sys_time<std::chrono::milliseconds> now);

// What `parse_wait` reads, or an HTTP date in any of its three forms (section 5.6.7) against `now`;
// a date that is past is zero. Nothing for text that is neither. Never more than 100 years: the
// caller caps it further.
std::optional<std::chrono::milliseconds>
parse_retry_after(std::string_view value, std::chrono::sys_time<std::chrono::milliseconds> now);

// "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT" or
// "Sun Nov  6 08:49:37 1994". A two-digit year more than 50 years ahead of `now` is of the past
// century. Nothing for text that is no date; the name of the day is not compared.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text,
                                                        std::chrono::sys_seconds now);

} // namespace sluice::gateway::client
