// The table of who holds what of the destinations' limits.
#pragma once

namespace sluice::queue::postgres {

// Statements for an existing schema `sluice`, to be run in one transaction.
extern char const* const pace_schema;

} // namespace sluice::queue::postgres
