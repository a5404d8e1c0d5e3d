// The periods of the claims' tables: begins a new one when the current one is old enough, drops
// those that nobody asks any more. Any gateway does it, under a lock. Blocking.
#pragma once

#include "queue/postgres/connection.hpp"

#include <chrono>
#include <cstdint>

namespace sluice::queue::postgres {

// A key is looked for in every period that may hold it: few long ones are quicker to ask, many
// short ones keep less beyond its time.
std::chrono::milliseconds claim_period_length(std::chrono::milliseconds longest_lifetime);

// Which it is, after it was noted that claims may be made in it that live so long: its table stays
// for the longest of them, whoever ends the period. Before a gateway's first claim in a period, and
// before its first that lives longer. Errors: those of the connection.
boost::system::result<std::int64_t> enter_claim_period(connection& to,
                                                       std::chrono::milliseconds longest,
                                                       std::chrono::milliseconds timeout);

// `longest`: how long the longest claim of this gateway lives. Errors: those of the connection;
// refused, for another time, where somebody reads a table that is to be dropped.
boost::system::result<void> tidy_claim_periods(connection& to, std::chrono::milliseconds longest,
                                               std::chrono::milliseconds timeout);

} // namespace sluice::queue::postgres
