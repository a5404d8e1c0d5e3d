#include "queue/postgres/store_report.hpp"

namespace sluice::queue::postgres {

using boost::system::error_code;
using boost::system::result;
using std::chrono::milliseconds;

namespace {

constexpr std::string_view members_sql =
    "SELECT m.name, m.log, m.is_stopped,"
    " EXISTS (SELECT FROM sluice.adopted_log a WHERE a.log = m.log), m.lease_ms,"
    " greatest(0, extract(epoch FROM clock_timestamp() - m.renewed_at) * 1000)::bigint,"
    " m.host, m.pid, m.advertise, m.version,"
    " to_char(m.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
    " FROM sluice.member m ORDER BY m.name";

// The tables of a log are named after it: batch_7_12, kept_7_3.
constexpr std::string_view logs_sql =
    "WITH t AS (SELECT (regexp_match(c.relname, '^(?:batch|kept)_([0-9]+)_'))[1]::bigint AS log,"
    " sum(pg_total_relation_size(c.oid))::bigint AS bytes FROM pg_class c"
    " WHERE c.relnamespace = 'sluice'::regnamespace AND c.relkind = 'r'"
    " AND c.relname ~ '^(batch|kept)_[0-9]+_' GROUP BY 1),"
    " s AS (SELECT log, count(*) AS segments FROM sluice.segment GROUP BY 1)"
    " SELECT f.log, f.epoch, f.owner, coalesce(s.segments, 0), coalesce(t.bytes, 0), a.by_log,"
    " coalesce(a.is_done, false) FROM sluice.fence f LEFT JOIN t ON t.log = f.log"
    " LEFT JOIN s ON s.log = f.log LEFT JOIN sluice.adopted_log a ON a.log = f.log ORDER BY f.log";

constexpr std::string_view standbys_sql =
    "SELECT application_name, coalesce(state, ''), coalesce(sync_state, ''),"
    " coalesce(greatest(0, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)), 0)::bigint"
    " FROM pg_stat_replication ORDER BY 1";

constexpr std::string_view bytes_sql =
    "SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class"
    " WHERE relnamespace = 'sluice'::regnamespace AND relkind = 'r'";

std::uint64_t count_in(rows const& from, std::size_t row, std::size_t column) {
    return static_cast<std::uint64_t>(from.number(row, column));
}

error_code read_members(connection& from, store_report& to) {
    auto const found = from.execute(members_sql);
    if (found.has_error()) return found.error();
    for (std::size_t i = 0; i < found->size(); ++i) {
        reported_member one;
        one.name = found->text(i, 0);
        one.log = static_cast<std::uint32_t>(found->number(i, 1));
        one.is_stopped = found->text(i, 2) == "t";
        one.is_adopted = found->text(i, 3) == "t";
        one.lease = milliseconds(found->number(i, 4));
        one.silent = milliseconds(found->number(i, 5));
        one.host = found->text(i, 6);
        one.pid = static_cast<int>(found->number(i, 7));
        one.advertise = found->text(i, 8);
        one.version = found->text(i, 9);
        one.started_at = found->text(i, 10);
        to.members.push_back(std::move(one));
    }
    return {};
}

error_code read_logs(connection& from, store_report& to) {
    auto const found = from.execute(logs_sql);
    if (found.has_error()) return found.error();
    for (std::size_t i = 0; i < found->size(); ++i) {
        reported_log one;
        one.log = static_cast<std::uint32_t>(found->number(i, 0));
        one.epoch = found->number(i, 1);
        one.owner = found->text(i, 2);
        one.segments = count_in(*found, i, 3);
        one.bytes = count_in(*found, i, 4);
        if (!found->is_null(i, 5)) one.adopted_by = static_cast<std::uint32_t>(found->number(i, 5));
        one.is_adoption_done = found->text(i, 6) == "t";
        to.logs.push_back(std::move(one));
    }
    return {};
}

error_code read_standbys(connection& from, store_report& to) {
    auto const found = from.execute(standbys_sql);
    if (found.has_error()) return found.error();
    for (std::size_t i = 0; i < found->size(); ++i)
        to.standbys.push_back({std::string(found->text(i, 0)), std::string(found->text(i, 1)),
                               std::string(found->text(i, 2)), count_in(*found, i, 3)});
    return {};
}

} // namespace

result<store_report> read_report(connection& from) {
    store_report all;
    if (auto const ec = read_members(from, all)) return ec;
    if (auto const ec = read_logs(from, all)) return ec;
    if (auto const ec = read_standbys(from, all)) return ec;
    auto const size = from.execute(bytes_sql);
    if (size.has_error()) return size.error();
    all.bytes = count_in(*size, 0, 0);
    return all;
}

} // namespace sluice::queue::postgres
