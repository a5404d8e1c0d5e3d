// What a write of the tables can come to beside success. Each has one sentence; the gateway maps
// them to HTTP statuses. Plain values; any thread.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <type_traits>

namespace sluice::gateway::tables {

enum class errc {
    disk_full = 1,   // nothing of it was kept: 503
    overloaded,      // too many writes wait already: 503
    unavailable,     // the database was not reached for a second; nothing was kept: 503
    stopping,        // the tables are being closed: 503
    table_full,      // the table's limit in [limits] is reached: 503
    outcome_unknown, // the disk or the database failed while this waited: kept or not: 500
    too_many_keys,   // the person would have more variables than limits.user_keys: 422
    unknown_agent,   // the account has no such agent
    too_many_plans,  // the agent has max_planned_breaks changes that wait already
    key_conflict,    // the Idempotency-Key was used with another request: 422
    answer_too_long, // the answer is too long to be kept with the key; nothing was kept: 422
    damaged,         // the file is not a database, or is damaged
    newer_version,   // a newer Sluice wrote the file
    cannot_open,     // the file cannot be opened or made
};

boost::system::error_category const& tables_category();
inline boost::system::error_code make_error_code(errc e) {
    return {static_cast<int>(e), tables_category()};
}

template <class T>
using result = boost::system::result<T>;

} // namespace sluice::gateway::tables

template <>
struct boost::system::is_error_code_enum<sluice::gateway::tables::errc> : std::true_type {};
