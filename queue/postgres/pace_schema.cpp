#include "queue/postgres/schema_scripts.hpp"

namespace sluice::queue::postgres {

// One row a destination; what stands in a book is queue/core/share_book.hpp's. Rows are written
// again and again in place, which needs room beside them.
char const* const pace_schema = R"(
CREATE TABLE sluice.pace (
    destination text PRIMARY KEY,
    version bigint NOT NULL, -- counts its changes, from 1
    book text NOT NULL
) WITH (fillfactor = 50);
)";

} // namespace sluice::queue::postgres
