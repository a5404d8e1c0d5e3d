#include "gateway/agents/interval.hpp"

#include <algorithm>

namespace sluice::gateway::agents {

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

} // namespace sluice::gateway::agents
