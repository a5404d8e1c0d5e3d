// What `sluice store` and `sluice cluster` print of a database: JSON for programs, lines made from
// it for a person, the name first. Pure; any thread.
#pragma once

#include "queue/postgres/schema.hpp"
#include "queue/postgres/store_report.hpp"

#include <boost/json/value.hpp>

#include <string>

namespace sluice::gateway::cli {

// {"server","database","role","version","wanted_version","cluster_id","synchronous_standby_names",
//  "sees_standbys","fsync","read_only","missing_right"}
boost::json::value schema_json(queue::postgres::schema_state const& state);
// A line each: what is there, and what is wrong with it.
std::string schema_text(boost::json::value const& schema);

// {"members":[{"name","log","state","advertise","version","host","pid","lease_ms","silent_ms",
//  "started_at"}],"logs":[{"log","owner","epoch","segments","bytes","adopted_by","adoption"}],
//  "standbys":[{"name","state","sync_state","lag_bytes"}],"bytes"}
// A member's state is "alive", "stopped", "silent" (for longer than its lease) or "adopted".
boost::json::value report_json(queue::postgres::store_report const& report);
// The members of a report, or of GET /v1/cluster.
std::string members_text(boost::json::value const& report);
std::string logs_text(boost::json::value const& report);

} // namespace sluice::gateway::cli
