// Who is the home of which order keys, as it stands in the schema `sluice`.
#pragma once

namespace sluice::queue::postgres {

// Statements for a schema that has the members and logs, to be run in one transaction.
extern char const* const order_schema;

} // namespace sluice::queue::postgres
