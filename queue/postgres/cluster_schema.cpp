#include "queue/postgres/schema_scripts.hpp"

namespace sluice::queue::postgres {

// The number of a log stands in three bytes of its tasks' ids, and is never given twice.
//
// The fence and the lease are rows of two tables: every batch shares its fence, and a renewal that
// had to wait for a batch would wait for a slow standby with it. Both rows are written again and
// again in place, which needs room beside them.
char const* const cluster_schema_1 = R"(
CREATE SEQUENCE sluice.log_number AS integer MINVALUE 1 MAXVALUE 16777215 NO CYCLE;
CREATE TABLE sluice.fence (
    log integer PRIMARY KEY,
    epoch bigint NOT NULL,
    owner text NOT NULL
) WITH (fillfactor = 50);
CREATE TABLE sluice.member (
    name text PRIMARY KEY,
    log integer NOT NULL UNIQUE,
    renewals bigint NOT NULL,
    is_stopped boolean NOT NULL,
    host text NOT NULL,
    boot_id text NOT NULL,
    pid integer NOT NULL,
    pid_started bigint NOT NULL,
    advertise text NOT NULL,
    version text NOT NULL,
    lease_ms integer NOT NULL,
    started_at timestamptz NOT NULL,
    renewed_at timestamptz NOT NULL -- for people; nothing is decided by it
) WITH (fillfactor = 50);
CREATE TABLE sluice.segment (
    log integer NOT NULL,
    kind smallint NOT NULL CHECK (kind IN (0, 1)), -- 0: journal, 1: history
    number bigint NOT NULL,
    header bytea NOT NULL,
    PRIMARY KEY (log, kind, number)
);
CREATE TABLE sluice.adopted_log (
    log integer PRIMARY KEY,
    by_log integer NOT NULL,
    is_done boolean NOT NULL
);
CREATE TABLE sluice.adopted_slice (
    log integer NOT NULL,
    slice integer NOT NULL,
    by_log integer NOT NULL,
    PRIMARY KEY (log, slice)
);
)";

} // namespace sluice::queue::postgres
