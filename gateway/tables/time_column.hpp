// How a column of a database keeps a time: milliseconds since 1970, UTC.
#pragma once

#include "queue/core/time.hpp"

#include <cstdint>

namespace sluice::gateway::tables {

inline std::int64_t to_integer(queue::wall_time at) {
    return at.time_since_epoch().count();
}
inline queue::wall_time to_time(std::int64_t column) {
    return queue::wall_time(std::chrono::milliseconds(column));
}

} // namespace sluice::gateway::tables
