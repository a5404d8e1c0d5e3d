#include "queue/core/order_slot.hpp"
#include "queue/postgres/schema_scripts.hpp"

namespace sluice::queue::postgres {

static_assert(order_slots == 1024); // as it stands in the statement

// Log 0: nobody's. The rows are written again and again in place, which needs room beside them.
char const* const order_schema = R"(
CREATE TABLE sluice.order_slot (
    slot smallint PRIMARY KEY,
    log integer NOT NULL,
    epoch bigint NOT NULL, -- of the log when it was taken; for people
    generation bigint NOT NULL
) WITH (fillfactor = 50);
INSERT INTO sluice.order_slot SELECT n, 0, 0, 0 FROM generate_series(0, 1023) n;
)";

} // namespace sluice::queue::postgres
