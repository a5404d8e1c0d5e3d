// What version 2 of the tables' file adds to version 1, as that version wrote it. Never changed.
#pragma once

namespace sluice::gateway::tables::test {

inline constexpr char version_2_over_1[] = R"(
PRAGMA user_version = 2;
CREATE TABLE planned_breaks (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    cli TEXT NOT NULL,
    due INTEGER NOT NULL,
    on_break INTEGER NOT NULL CHECK (on_break IN (0, 1)),
    source TEXT NOT NULL CHECK (source IN ('webhook', 'admin'))
) STRICT;
CREATE INDEX planned_breaks_of_agent ON planned_breaks (account, cli, due, id);
CREATE INDEX planned_breaks_by_time ON planned_breaks (due, id);
INSERT INTO planned_breaks VALUES (1, '163', '919879964805', 1764000040000, 0, 'webhook'),
    (2, '163', '919879964805', 1764000050000, 1, 'admin');
)";

} // namespace sluice::gateway::tables::test
