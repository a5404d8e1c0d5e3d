// The tables that make a cluster of several gateways and their logs, as they stand in the schema
// `sluice`. What is in the logs stands in tables that their owners make and drop (log_worker).
#pragma once

namespace sluice::queue::postgres {

// Version 1: statements for an existing, empty schema `sluice`, to be run in one transaction.
extern char const* const cluster_schema_1;

} // namespace sluice::queue::postgres
