#include "queue/postgres/schema.hpp"

#include "queue/postgres/schema_scripts.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <vector>

namespace sluice::queue::postgres {

using boost::system::error_code;
using boost::system::result;

namespace {

using namespace std::chrono_literals;

constexpr int oldest_server = 150'000;
constexpr std::string_view insufficient_privilege = "42501";
// Of the databases' advisory locks, the one under which the schema is made.
constexpr std::string_view schema_lock = "SELECT pg_advisory_xact_lock(x'736c75696365'::bigint)";
constexpr std::chrono::milliseconds migration_timeout = 90s;

// scripts[n]: from version n to n + 1.
std::array<std::vector<char const*>, schema_version> scripts() {
    return {{
        {cluster_schema_1, table_schema_1},
        {lane_schema, pace_schema, claim_schema_1, order_schema},
    }};
}

// What every version has.
constexpr std::string_view first_script = "CREATE TABLE sluice.meta "
                                          "(key text PRIMARY KEY, value text NOT NULL);"
                                          "INSERT INTO sluice.meta VALUES "
                                          "('cluster', gen_random_uuid()::text)";

constexpr std::string_view facts =
    "SELECT current_setting('server_version'), current_database(), current_user,"
    " current_setting('synchronous_standby_names'), pg_is_in_recovery(),"
    " current_setting('fsync'),"
    " pg_has_role(current_user, 'pg_read_all_stats', 'USAGE'),"
    " EXISTS (SELECT FROM pg_namespace WHERE nspname = 'sluice')";

// The first right that is missing, of those that a gateway uses. Tables that another role owns
// could not be dropped when their segments are done with.
constexpr std::string_view missing = R"(
SELECT format('CREATE on schema sluice') WHERE NOT has_schema_privilege('sluice', 'CREATE')
UNION ALL
SELECT format('%s on sluice.%s', p, c.relname)
FROM pg_class c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p
WHERE c.relnamespace = 'sluice'::regnamespace AND c.relkind IN ('r', 'p')
AND NOT has_table_privilege(c.oid, p)
UNION ALL
SELECT format('USAGE on sequence sluice.%s', c.relname) FROM pg_class c
WHERE c.relnamespace = 'sluice'::regnamespace
AND CASE c.relkind WHEN 'S' THEN NOT has_sequence_privilege(c.oid, 'USAGE') ELSE false END
UNION ALL
SELECT format('membership in role %s, which owns sluice.%s', pg_get_userbyid(c.relowner), c.relname)
FROM pg_class c
WHERE c.relnamespace = 'sluice'::regnamespace AND c.relkind IN ('r', 'p')
AND NOT pg_has_role(c.relowner, 'USAGE')
LIMIT 1)";

error_code explain(connection const& to, error_code ec, std::string& why) {
    why = to.message();
    if (to.sqlstate() == insufficient_privilege) return postgres_errc::missing_right;
    return ec;
}

result<int> read_version(connection& to, std::string& why) {
    auto const found = to.execute("SELECT value FROM sluice.meta WHERE key = 'version'");
    if (found.has_error()) return explain(to, found.error(), why);
    return found->size() == 0 ? 0 : static_cast<int>(found->number(0, 0));
}

error_code read_schema(connection& to, schema_state& state, std::string& why) {
    // Somebody else's schema of this name has no such table.
    auto const has_meta = to.execute("SELECT to_regclass('sluice.meta') IS NOT NULL");
    if (has_meta.has_error()) return explain(to, has_meta.error(), why);
    if (has_meta->text(0, 0) == "t") {
        auto const version = read_version(to, why);
        if (version.has_error()) return version.error();
        state.version = *version;
        auto const cluster = to.execute("SELECT value FROM sluice.meta WHERE key = 'cluster'");
        if (cluster.has_error()) return explain(to, cluster.error(), why);
        if (cluster->size() > 0) state.cluster_id = cluster->text(0, 0);
    }
    auto const lacks = to.execute(missing);
    if (lacks.has_error()) return explain(to, lacks.error(), why);
    if (lacks->size() > 0) state.missing_right = lacks->text(0, 0);
    return {};
}

error_code refuse(postgres_errc reason, std::string text, std::string& why) {
    why = std::move(text);
    return reason;
}

error_code judge_server(connection const& to, schema_state const& state, std::string& why) {
    if (to.server_version() < oldest_server)
        return refuse(
            postgres_errc::unsuitable,
            fmt::format("PostgreSQL 15 or newer is needed; {} is {}", to.host(), state.server),
            why);
    if (state.is_read_only)
        return refuse(postgres_errc::unreachable,
                      fmt::format("{} is a standby and takes no writes", to.host()), why);
    if (!state.is_fsync_on)
        return refuse(
            postgres_errc::unsuitable,
            fmt::format("fsync is off at {}: what was acknowledged would not be safe", to.host()),
            why);
    if (state.version > schema_version)
        return refuse(postgres_errc::newer_schema,
                      fmt::format("the schema has version {}, and this program knows {}: a newer "
                                  "one is needed",
                                  state.version, schema_version),
                      why);
    return {};
}

// In a transaction, under the lock; another gateway may have been faster.
error_code migrate_locked(connection& to, std::string& why) {
    auto const run = [&](std::string_view sql) -> error_code {
        auto const done = to.execute_script(sql, migration_timeout);
        return done.has_error() ? explain(to, done.error(), why) : error_code{};
    };
    if (auto const ec = run("SET LOCAL lock_timeout = '60s'")) return ec;
    if (auto const ec = run(schema_lock)) return ec;
    auto const state = inspect_schema(to, why);
    if (state.has_error()) return state.error();
    if (auto const ec = judge_server(to, *state, why)) return ec;
    auto version = state->version;
    if (version == schema_version) return {};
    if (version == 0) {
        // "IF NOT EXISTS" would ask for a right on the database even where the schema is there.
        auto const there = to.execute("SELECT FROM pg_namespace WHERE nspname = 'sluice'");
        if (there.has_error()) return explain(to, there.error(), why);
        if (there->size() == 0) {
            if (auto const ec = run("CREATE SCHEMA sluice")) return ec;
        }
        if (auto const ec = run(first_script)) return ec;
    }
    auto const all = scripts();
    for (; version < schema_version; ++version) {
        for (auto const* const script : all[static_cast<std::size_t>(version)])
            if (auto const ec = run(script)) return ec;
    }
    return run(fmt::format("INSERT INTO sluice.meta VALUES ('version', '{}') "
                           "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                           schema_version));
}

error_code migrate(connection& to, std::string& why) {
    auto const begun = to.execute("BEGIN");
    if (begun.has_error()) return explain(to, begun.error(), why);
    if (auto const ec = migrate_locked(to, why)) {
        if (to.is_open()) to.execute("ROLLBACK").has_error();
        return ec;
    }
    auto const done = to.execute("COMMIT", {}, migration_timeout);
    return done.has_error() ? explain(to, done.error(), why) : error_code{};
}

} // namespace

result<schema_state> inspect_schema(connection& to, std::string& why) {
    auto const found = to.execute(facts);
    if (found.has_error()) return explain(to, found.error(), why);
    schema_state state;
    state.server = found->text(0, 0);
    state.database = found->text(0, 1);
    state.role = found->text(0, 2);
    state.standby_names = found->text(0, 3);
    state.is_read_only = found->text(0, 4) == "t";
    state.is_fsync_on = found->text(0, 5) == "on";
    state.sees_standbys = found->text(0, 6) == "t";
    if (found->text(0, 7) != "t") return state;
    if (auto const ec = read_schema(to, state, why)) return ec;
    return state;
}

result<schema_state> prepare_schema(connection& to, std::string& why) {
    auto state = inspect_schema(to, why);
    if (state.has_error()) return state.error();
    if (auto const ec = judge_server(to, *state, why)) return ec;
    if (state->version < schema_version) {
        if (auto const ec = migrate(to, why)) return ec;
        state = inspect_schema(to, why);
        if (state.has_error()) return state.error();
    }
    if (!state->missing_right.empty())
        return refuse(postgres_errc::missing_right,
                      fmt::format("role {} lacks {}", state->role, state->missing_right), why);
    return state;
}

} // namespace sluice::queue::postgres
