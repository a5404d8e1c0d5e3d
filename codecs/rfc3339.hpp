// Instants as text (RFC 3339 section 5.6), in UTC with milliseconds. Pure functions; any thread.
#pragma once

#include <chrono>
#include <string>

namespace sluice::codecs {

// Appends "2026-11-23T09:00:00.000Z".
void append_rfc3339(std::string& to, std::chrono::sys_time<std::chrono::milliseconds> at);
[[nodiscard]] std::string to_rfc3339(std::chrono::sys_time<std::chrono::milliseconds> at);

} // namespace sluice::codecs
