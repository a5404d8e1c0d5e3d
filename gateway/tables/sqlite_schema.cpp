#include "gateway/tables/sqlite_schema.hpp"

#include "queue/journal/storage.hpp"

#include <fmt/format.h>

#include <array>
#include <sqlite3.h>

namespace sluice::gateway::tables {

namespace {

// "Slce": tells the file from another program's.
constexpr std::int64_t application_id = 0x536c6365;

// Times are milliseconds since 1970, days are days since then.
constexpr char const* version_1 = R"(
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
)";

// Breaks that begin or end later: a row until its time.
constexpr char const* version_2 = R"(
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
)";

// Answers of calls that carried an Idempotency-Key, in the order of their ids; account and contact
// where the answer tells what is kept of a person.
constexpr char const* version_3 = R"(
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
)";

// What a call was told besides its body, where it waited for the end of its task.
constexpr char const* version_4 = R"(
ALTER TABLE kept_answers ADD COLUMN headers TEXT NOT NULL DEFAULT '';
)";

constexpr std::array steps_of_all_versions{version_1, version_2, version_3, version_4};

} // namespace

schema_steps all_schema_steps() {
    return steps_of_all_versions;
}

boost::system::error_code to_error(sqlite_database const& of) {
    switch (of.failure() & 0xff) {
    case SQLITE_OK:
        return {};
    case SQLITE_FULL:
        return errc::disk_full;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return errc::damaged;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
        return errc::cannot_open;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return errc::overloaded;
    default:
        break;
    }
    boost::system::error_code const system(of.system_error(), boost::system::system_category());
    if (queue::is_no_room(system)) return errc::disk_full;
    return errc::outcome_unknown;
}

boost::system::error_code migrate(sqlite_database& in, schema_steps steps) {
    auto const owner = in.query_integer("PRAGMA application_id");
    auto const version = in.query_integer("PRAGMA user_version");
    auto const tables = in.query_integer("SELECT count(*) FROM sqlite_schema");
    if (in.failure()) return to_error(in);
    bool const is_new = version == 0 && owner == 0 && tables == 0;
    if (!is_new && owner != application_id) return errc::damaged;
    if (version < 0) return errc::damaged;
    if (static_cast<std::size_t>(version) > steps.size()) return errc::newer_version;
    for (auto at = static_cast<std::size_t>(version); at < steps.size(); ++at) {
        in.execute("BEGIN IMMEDIATE");
        in.execute(steps[at]);
        in.execute(fmt::format("PRAGMA application_id = {}", application_id).c_str());
        in.execute(fmt::format("PRAGMA user_version = {}", at + 1).c_str());
        in.execute("COMMIT");
        if (in.failure()) {
            in.roll_back();
            return to_error(in);
        }
    }
    return {};
}

} // namespace sluice::gateway::tables
