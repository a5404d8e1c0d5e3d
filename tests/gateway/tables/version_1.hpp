// A tables' file of version 1, as that version wrote it. Never changed: it is what the migration
// tests begin with.
#pragma once

namespace sluice::gateway::tables::test {

inline constexpr char version_1[] = R"(
PRAGMA application_id = 1399612261;
PRAGMA user_version = 1;
CREATE TABLE links (
    code TEXT NOT NULL PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    account TEXT NOT NULL,
    long_url TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER,
    clicks INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE link_days (
    code TEXT NOT NULL,
    day INTEGER NOT NULL,
    clicks INTEGER NOT NULL,
    PRIMARY KEY (code, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE user_keys (
    account TEXT NOT NULL,
    contact TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    updated INTEGER NOT NULL,
    PRIMARY KEY (account, contact, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE agents (
    account TEXT NOT NULL,
    cli TEXT NOT NULL,
    added INTEGER NOT NULL,
    PRIMARY KEY (account, cli)
) STRICT, WITHOUT ROWID;
CREATE TABLE breaks (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    cli TEXT NOT NULL,
    started INTEGER NOT NULL,
    ended INTEGER,
    source TEXT NOT NULL,
    CHECK (ended IS NULL OR ended >= started)
) STRICT;
CREATE INDEX breaks_of_agent ON breaks (account, cli, started, id);
CREATE UNIQUE INDEX open_breaks ON breaks (account, cli) WHERE ended IS NULL;
INSERT INTO links VALUES ('BEK4YYnx', x'00112233445566778899aabbccddeeff', '163',
    'https://example.com/a?b=c#d', 1764000000000, 1771776000000, 3);
INSERT INTO links VALUES ('00000000', x'10112233445566778899aabbccddeeff', '164',
    'https://example.com/', 1764000000000, NULL, 0);
INSERT INTO link_days VALUES ('BEK4YYnx', 20417, 1), ('BEK4YYnx', 20418, 2);
INSERT INTO user_keys VALUES ('163', '918000374123', '$user.key.city', 'Pune', 1764000000000),
    ('163', '918000374123', '$user.key.name', '', 1764000000001),
    ('163', 'somebody@example.com', '$user.key.city', 'Goa', 1764000000000);
INSERT INTO agents VALUES ('163', '919879964805', 1764000000000);
INSERT INTO breaks VALUES (1, '163', '919879964805', 1764000010000, 1764000020000, 'webhook'),
    (2, '163', '919879964805', 1764000030000, NULL, 'admin');
)";

} // namespace sluice::gateway::tables::test
