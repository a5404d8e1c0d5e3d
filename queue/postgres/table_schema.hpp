// The tables of the custom webhooks (gateway/tables) as they stand in the schema `sluice`: a part
// of the migration, so that one lock and one version hold for everything that is there.
#pragma once

namespace sluice::queue::postgres {

// Version 1: statements for an existing, empty schema `sluice`, to be run in one transaction.
extern char const* const table_schema_1;

} // namespace sluice::queue::postgres
