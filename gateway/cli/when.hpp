// Times as people give and read them on the command line. Pure but for the local time zone; any
// thread.
#pragma once

#include "queue/core/time.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::cli {

// "1h" (so long before `now`), "2026-11-29" and "2026-11-29 14:30" in the local time zone, RFC
// 3339, or integer Unix milliseconds. Nothing for anything else.
std::optional<queue::wall_time> parse_when(std::string_view text, queue::wall_time now);

// "3s", "5m", "2h", "4d": the largest unit of which there is one.
std::string age_text(std::chrono::milliseconds length);

// How instants of answers are shown: as ages ("3m ago", "in 5m") to whoever looks at a terminal, as
// they came to everything else.
struct time_style {
    queue::wall_time now{};
    bool is_relative = false;

    std::string text(std::string_view instant) const;
    // "in 5m", and "until 2026-…" to everything else.
    std::string until(std::string_view instant) const;
    // The same without "ago" or "in", where the column's name says which it is.
    std::string age(std::string_view instant) const;
};

} // namespace sluice::gateway::cli
