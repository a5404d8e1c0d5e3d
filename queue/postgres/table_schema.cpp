#include "queue/postgres/schema_scripts.hpp"

namespace sluice::queue::postgres {

// Times are milliseconds since 1970, days are days since then. What callers write freely is bytea:
// text could not hold every byte. Of an account or agent only the id is kept.
//
// table_change says what a transaction changed, one row for each kind, so that the other gateways
// read it anew; table_horizon is the newest of the rows that were taken away. table_writer is the
// newest operation of a gateway's process: whoever lost the answer to a commit finds it there.
char const* const table_schema_1 = R"(
CREATE TABLE sluice.link (
    code text COLLATE "C" PRIMARY KEY,
    key bytea NOT NULL UNIQUE CHECK (length(key) = 16),
    account text COLLATE "C" NOT NULL,
    long_url bytea NOT NULL,
    created bigint NOT NULL,
    expires bigint
);
CREATE INDEX link_by_end ON sluice.link (expires) WHERE expires IS NOT NULL;
CREATE TABLE sluice.link_clicks (
    code text COLLATE "C" PRIMARY KEY,
    clicks bigint NOT NULL
) WITH (fillfactor = 80);
CREATE TABLE sluice.link_day (
    code text COLLATE "C" NOT NULL,
    day integer NOT NULL,
    clicks bigint NOT NULL,
    PRIMARY KEY (code, day)
) WITH (fillfactor = 80);
CREATE TABLE sluice.user_key (
    account text COLLATE "C" NOT NULL,
    contact bytea NOT NULL,
    name bytea NOT NULL,
    value bytea NOT NULL,
    updated bigint NOT NULL,
    PRIMARY KEY (account, contact, name)
);
CREATE TABLE sluice.agent (
    account text COLLATE "C" NOT NULL,
    cli bytea NOT NULL,
    added bigint NOT NULL,
    PRIMARY KEY (account, cli)
);
CREATE TABLE sluice.agent_break (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text COLLATE "C" NOT NULL,
    cli bytea NOT NULL,
    started bigint NOT NULL,
    ended bigint,
    source text NOT NULL CHECK (source IN ('webhook', 'admin')),
    CHECK (ended IS NULL OR ended >= started)
);
CREATE INDEX agent_break_of_agent ON sluice.agent_break (account, cli, started, id);
CREATE UNIQUE INDEX agent_break_open ON sluice.agent_break (account, cli) WHERE ended IS NULL;
CREATE INDEX agent_break_by_end ON sluice.agent_break (ended) WHERE ended IS NOT NULL;
CREATE TABLE sluice.planned_break (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text COLLATE "C" NOT NULL,
    cli bytea NOT NULL,
    due bigint NOT NULL,
    on_break boolean NOT NULL,
    source text NOT NULL CHECK (source IN ('webhook', 'admin'))
);
CREATE INDEX planned_break_of_agent ON sluice.planned_break (account, cli, due, id);
CREATE INDEX planned_break_by_time ON sluice.planned_break (due, id);
CREATE SEQUENCE sluice.kept_answer_id;
CREATE TABLE sluice.kept_answer (
    key bytea PRIMARY KEY CHECK (length(key) = 16),
    id bigint NOT NULL UNIQUE,
    request bytea NOT NULL CHECK (length(request) = 16),
    kept bigint NOT NULL,
    status integer NOT NULL,
    media_type text NOT NULL,
    body bytea NOT NULL,
    headers bytea NOT NULL,
    account text COLLATE "C",
    contact bytea
);
CREATE INDEX kept_answer_of_person ON sluice.kept_answer (account, contact)
    WHERE contact IS NOT NULL;
CREATE TABLE sluice.table_change (
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT now(),
    writer bigint NOT NULL,
    kind smallint NOT NULL,
    since bigint,
    accounts text[],
    subjects bytea[]
);
CREATE INDEX table_change_by_xid ON sluice.table_change (xid);
CREATE TABLE sluice.table_horizon (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    xid xid8 NOT NULL
);
INSERT INTO sluice.table_horizon (xid) VALUES ('0');
CREATE TABLE sluice.table_writer (
    id bigint PRIMARY KEY,
    operation bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
)";

} // namespace sluice::queue::postgres
