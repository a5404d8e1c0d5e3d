// The tables' file by versions. A new version is a new step at the end of the list, with a fixture
// of the version before it in the tests; a step that was released is never changed. Runs at start,
// on one thread.
#pragma once

#include "gateway/tables/error.hpp"
#include "gateway/tables/sqlite_database.hpp"

#include <span>

namespace sluice::gateway::tables {

// What makes version n of version n - 1; the first makes version 1 of an empty file.
using schema_steps = std::span<char const* const>;

schema_steps all_schema_steps();

// Brings the file to the last version, each step in a transaction of its own. Errors: damaged (no
// database, or another program's), newer_version, disk_full, cannot_open.
boost::system::error_code migrate(sqlite_database& in, schema_steps steps = all_schema_steps());

// What a failure of SQLite means here.
boost::system::error_code to_error(sqlite_database const& of);

} // namespace sluice::gateway::tables
