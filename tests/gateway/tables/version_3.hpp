// What version 3 of the tables' file adds to version 2, as that version wrote it. Never changed.
#pragma once

namespace sluice::gateway::tables::test {

inline constexpr char version_3_over_2[] = R"(
PRAGMA user_version = 3;
CREATE TABLE kept_answers (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
    request BLOB NOT NULL CHECK (length(request) = 16),
    kept INTEGER NOT NULL,
    status INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    body TEXT NOT NULL,
    account TEXT,
    contact TEXT
) STRICT;
CREATE INDEX kept_answers_of_person ON kept_answers (account, contact) WHERE contact IS NOT NULL;
INSERT INTO kept_answers VALUES (1, X'6B657900000000000000000000000000',
    X'72657100000000000000000000000000', 1764000000000, 200, 'application/json', '{"a":1}',
    NULL, NULL);
)";

} // namespace sluice::gateway::tables::test
