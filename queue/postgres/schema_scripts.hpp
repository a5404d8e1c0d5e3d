// The statements that make the tables of the schema `sluice`, each part in a file of its own; which
// version has which is said in schema.cpp. Constant text, to be run in one transaction.
// A script that was released is never changed.
#pragma once

namespace sluice::queue::postgres {

// --- Version 1, for an existing, empty schema ----------------------------------------------------

// What makes a cluster of several gateways, and their logs. What is in the logs stands in tables
// that their owners make and drop (log_worker).
extern char const* const cluster_schema_1;
// The tables of the custom webhooks (gateway/tables): a part of the migration, so that one lock and
// one version hold for everything that is there.
extern char const* const table_schema_1;

// --- Version 2, for a schema that has version 1 --------------------------------------------------

// The lanes that a cluster's gateways share.
extern char const* const lane_schema;
// Who holds what of the destinations' limits.
extern char const* const pace_schema;
// Where gateways claim the keys of their calls (queue/core/claim_job.hpp).
extern char const* const claim_schema_1;
// Who is the home of which order keys.
extern char const* const order_schema;

} // namespace sluice::queue::postgres
