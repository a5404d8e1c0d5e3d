#include "queue/postgres/schema_scripts.hpp"

namespace sluice::queue::postgres {

// A claim's table is its period's, and is dropped whole; nothing is vacuumed. claim_now says which
// period it is: whoever claims shares that row, so that nobody claims in two periods at once and
// overlooks the other. claim_period has those that are over, and when they may be dropped.
//
// A key is 16 bytes of hash and one of kind: 'k' of a caller, 'c' of a content. claim_mark says for
// each log and epoch what is decided; none of its claims that are not lies in a period before
// `period`.
char const* const claim_schema_1 = R"(
CREATE TABLE sluice.claim (
    key bytea NOT NULL CHECK (length(key) = 17),
    period integer NOT NULL,
    request bytea NOT NULL CHECK (length(request) = 16),
    log integer NOT NULL,
    epoch bigint NOT NULL,
    turn bigint NOT NULL,
    valid_until timestamptz NOT NULL,
    answer bytea NOT NULL,
    PRIMARY KEY (key, period)
) PARTITION BY LIST (period);
CREATE TABLE sluice.claim_1 PARTITION OF sluice.claim FOR VALUES IN (1)
    WITH (autovacuum_enabled = false);
CREATE TABLE sluice.claim_now (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    period integer NOT NULL,
    began timestamptz NOT NULL
) WITH (fillfactor = 50);
INSERT INTO sluice.claim_now (period, began) VALUES (1, now());
CREATE TABLE sluice.claim_period (
    period integer PRIMARY KEY,
    ends timestamptz NOT NULL
);
CREATE TABLE sluice.claim_mark (
    log integer NOT NULL,
    epoch bigint NOT NULL,
    job bigint NOT NULL,
    decided bigint NOT NULL,
    period integer NOT NULL,
    PRIMARY KEY (log, epoch)
) WITH (fillfactor = 50);
)";

} // namespace sluice::queue::postgres
