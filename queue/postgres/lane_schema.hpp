// The table of lanes that a cluster's gateways share, as it stands in the schema `sluice`.
#pragma once

namespace sluice::queue::postgres {

// Statements for a schema that has the cluster's tables, to be run in one transaction.
extern char const* const lane_schema;

} // namespace sluice::queue::postgres
