// The notations for durations and sizes that configuration and API share. Pure functions over
// text. URLs, the third notation they share, are in url.hpp.
#pragma once

#include "gateway/config/error.hpp"
#include "gateway/config/url.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::gateway::config {

// Reads "250ms", "2s", "5m", "1h", "7d", or a number of seconds ("30", "1.5"). Never negative.
// Errors: duration_syntax, duration_too_long (above 36,525 days).
boost::system::result<std::chrono::milliseconds> parse_duration(std::string_view text);

// A number of seconds as TOML and JSON give it, rounded to whole milliseconds.
// Errors: duration_syntax (negative or not finite), duration_too_long.
boost::system::result<std::chrono::milliseconds> duration_from_seconds(double seconds);

// Reads "256KiB", "8GiB" (powers of 1024), "64KB", "1GB" (powers of 1000), "512B" or a number
// of bytes. Errors: size_syntax, size_too_large.
boost::system::result<std::uint64_t> parse_size(std::string_view text);

// The text with the largest unit that divides the value: 120 s is "2m", 1,500 ms "1500ms".
// parse_duration reads it back.
std::string format_duration(std::chrono::milliseconds value);

// 262144 is "256KiB", 1000 is "1000B". parse_size reads it back.
std::string format_size(std::uint64_t bytes);

} // namespace sluice::gateway::config
