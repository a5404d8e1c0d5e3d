// The tables in which gateways claim the keys of their calls (queue/core/claim_job.hpp), as they
// stand in the schema `sluice`.
#pragma once

namespace sluice::queue::postgres {

// Statements for a schema that has cluster_schema_1, to be run in one transaction.
extern char const* const claim_schema_1;

} // namespace sluice::queue::postgres
