#include "queue/postgres/schema_scripts.hpp"

namespace sluice::queue::postgres {

// `version` says when a row was changed, for whoever looks for what is new; `switch_version` when
// an operator last paused or resumed the destination, which is what a gateway's log is compared
// with.
//
// The clock is one row that each change holds until it is committed: numbers then become visible in
// their order, and who has seen one has seen all below it. A sequence would not do that.
char const* const lane_schema = R"(
CREATE TABLE sluice.lane (
    destination text PRIMARY KEY,
    version bigint NOT NULL,
    switch_version bigint NOT NULL,
    paused boolean NOT NULL,
    disabled boolean NOT NULL,
    changed_at timestamptz NOT NULL, -- for people; nothing is decided by it
    changed_by text NOT NULL,
    gate_until timestamptz, -- by this server's clock; read as what is left of it
    gate_by text NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX lane_version ON sluice.lane (version);
CREATE TABLE sluice.lane_clock (
    version bigint NOT NULL
) WITH (fillfactor = 50);
INSERT INTO sluice.lane_clock VALUES (0);
)";

} // namespace sluice::queue::postgres
