#include "queue/postgres/member_table.hpp"

#include <fmt/format.h>

namespace sluice::queue::postgres {

using boost::system::error_code;
using boost::system::result;

namespace {

constexpr std::string_view unique_violation = "23505";
static_assert(renewals_of_an_owner == 4294967296); // as it stands in the statements

constexpr std::string_view find_sql =
    "SELECT m.name, m.log, m.renewals, m.is_stopped, m.lease_ms, coalesce(f.epoch, 0),"
    " m.advertise, m.version, m.host, m.boot_id, m.pid, m.pid_started,"
    " EXISTS (SELECT FROM sluice.adopted_log a WHERE a.log = m.log)"
    " FROM sluice.member m LEFT JOIN sluice.fence f ON f.log = m.log WHERE m.name = $1";

constexpr std::string_view insert_sql =
    "WITH l AS (SELECT nextval('sluice.log_number')::integer AS log),"
    " f AS (INSERT INTO sluice.fence SELECT log, 1, $1 FROM l)"
    " INSERT INTO sluice.member SELECT $1, log, 0, false, $2, $3, $4::integer, $5::bigint, $6, $7,"
    " $8::integer, now(), now() FROM l RETURNING log, renewals";

constexpr std::string_view take_sql =
    "UPDATE sluice.member SET renewals = (renewals / 4294967296 + 1) * 4294967296,"
    " renewed_at = now(), is_stopped = false, host = $4, boot_id = $5,"
    " pid = $6::integer, pid_started = $7::bigint, advertise = $8, version = $9,"
    " lease_ms = $10::integer, started_at = now(), log = $11::integer"
    " WHERE name = $1 AND log = $2::integer AND renewals = $3::bigint RETURNING renewals";

constexpr std::string_view raise_sql = "UPDATE sluice.fence SET epoch = epoch + 1, owner = $2"
                                       " WHERE log = $1::integer RETURNING epoch";

constexpr std::string_view new_fence_sql =
    "INSERT INTO sluice.fence VALUES (nextval('sluice.log_number')::integer, 1, $1) RETURNING log";

constexpr std::string_view renew_sql =
    "UPDATE sluice.member SET renewals = renewals + 1, renewed_at = now(), advertise = $4"
    " WHERE name = $1 AND log = $2::integer AND renewals = $3::bigint RETURNING renewals";

constexpr std::string_view stop_sql =
    "UPDATE sluice.member SET renewals = renewals + 1, renewed_at = now(), is_stopped = true"
    " WHERE name = $1 AND log = $2::integer AND renewals = $3::bigint RETURNING renewals";

// Three kinds of rows in one answer, told apart by the first column.
constexpr std::string_view look_sql =
    "SELECT 0, m.log, m.renewals, m.is_stopped, m.lease_ms, coalesce(f.epoch, 0), m.name,"
    " m.advertise, m.version FROM sluice.member m LEFT JOIN sluice.fence f ON f.log = m.log"
    " UNION ALL SELECT 1, a.log, a.by_log, a.is_done, 0, coalesce(f.epoch, 0), '', '', ''"
    " FROM sluice.adopted_log a LEFT JOIN sluice.fence f ON f.log = a.log"
    " UNION ALL SELECT DISTINCT 2, s.log, s.by_log, false, 0, 0::bigint, '', '', ''"
    " FROM sluice.adopted_slice s JOIN sluice.adopted_log a ON a.log = s.log AND NOT a.is_done";

constexpr std::string_view silence_sql =
    "UPDATE sluice.member SET renewals = (renewals / 4294967296 + 1) * 4294967296"
    " WHERE log = $1::integer AND renewals = $2::bigint RETURNING renewals";

constexpr std::string_view forget_sql =
    "DELETE FROM sluice.member m USING sluice.adopted_log a WHERE a.log = m.log AND a.is_done";

std::uint32_t log_in(rows const& from, std::size_t row, std::size_t column) {
    return static_cast<std::uint32_t>(from.number(row, column));
}

void add_process(parameters& to, process_identity const& process) {
    to.add(process.host)
        .add(process.boot_id)
        .add(static_cast<std::int64_t>(process.pid))
        .add(process.pid_started);
}

member_row row_of(member_self const& self, std::uint32_t log, std::int64_t renewals,
                  std::int64_t epoch) {
    member_row row{self.name,      log,          renewals,     false, self.lease, epoch,
                   self.advertise, self.version, self.process, false};
    return row;
}

} // namespace

member_table::member_table(connection& to, std::chrono::milliseconds timeout)
    : to_(to)
    , timeout_(timeout) {}

result<rows> member_table::run(std::string_view sql, parameters const& values) {
    return to_.execute(sql, values, timeout_);
}

result<void> member_table::prepare() {
    auto const set = to_.execute_script("SET synchronous_commit = off", timeout_);
    if (set.has_error()) return set.error();
    return {};
}

result<void> member_table::begin() {
    // `on` waits for whatever standbys the server is told to wait for.
    auto const text = fmt::format("BEGIN; SET LOCAL synchronous_commit = on;"
                                  "SET LOCAL lock_timeout = {}",
                                  timeout_.count() / 2);
    auto const begun = to_.execute_script(text, timeout_);
    if (begun.has_error()) return begun.error();
    return {};
}

result<void> member_table::commit() {
    auto const done = to_.execute("COMMIT", {}, timeout_);
    if (done.has_error()) return done.error();
    return {};
}

void member_table::roll_back() {
    if (to_.is_open()) to_.execute("ROLLBACK", {}, timeout_).has_error();
}

result<std::optional<member_row>> member_table::find_member(std::string_view name) {
    auto const found = run(find_sql, parameters().add(name));
    if (found.has_error()) return found.error();
    if (found->size() == 0) return std::optional<member_row>{};
    member_row row;
    row.name = found->text(0, 0);
    row.log = log_in(*found, 0, 1);
    row.renewals = found->number(0, 2);
    row.is_stopped = found->text(0, 3) == "t";
    row.lease = std::chrono::milliseconds(found->number(0, 4));
    row.epoch = found->number(0, 5);
    row.advertise = found->text(0, 6);
    row.version = found->text(0, 7);
    row.process.host = found->text(0, 8);
    row.process.boot_id = found->text(0, 9);
    row.process.pid = static_cast<int>(found->number(0, 10));
    row.process.pid_started = found->number(0, 11);
    row.is_adopted = found->text(0, 12) == "t";
    return std::optional(row);
}

result<std::optional<member_row>> member_table::insert_member(member_self const& self) {
    if (auto const begun = begin(); begun.has_error()) return begun.error();
    parameters values;
    values.add(self.name);
    add_process(values, self.process);
    values.add(self.advertise).add(self.version).add(self.lease.count());
    auto const made = run(insert_sql, values);
    if (made.has_error()) {
        bool const is_taken = to_.sqlstate() == unique_violation;
        roll_back();
        if (is_taken) return std::optional<member_row>{};
        return made.error();
    }
    if (auto const done = commit(); done.has_error()) return done.error();
    return std::optional(row_of(self, log_in(*made, 0, 0), made->number(0, 1), 1));
}

result<std::optional<member_row>> member_table::take_row(member_self const& self,
                                                         member_row const& seen) {
    if (auto const begun = begin(); begun.has_error()) return begun.error();
    auto const give_up = [this](error_code ec) {
        roll_back();
        return ec;
    };
    auto log = seen.log;
    std::int64_t epoch = 1;
    bool const needs_log = seen.is_adopted || seen.epoch == 0;
    // The member's row first, then the fence: the order of every transaction that takes both.
    parameters values;
    values.add(self.name).add(std::int64_t{seen.log}).add(seen.renewals);
    add_process(values, self.process);
    values.add(self.advertise).add(self.version).add(self.lease.count()).add(std::int64_t{log});
    auto const taken = run(take_sql, values);
    if (taken.has_error()) return give_up(taken.error());
    if (taken->size() == 0) {
        roll_back();
        return std::optional<member_row>{};
    }
    if (needs_log) {
        auto const made = run(new_fence_sql, parameters().add(self.name));
        if (made.has_error()) return give_up(made.error());
        log = log_in(*made, 0, 0);
        auto const moved = run("UPDATE sluice.member SET log = $2::integer WHERE name = $1",
                               parameters().add(self.name).add(std::int64_t{log}));
        if (moved.has_error()) return give_up(moved.error());
    } else {
        auto const raised = run(raise_sql, parameters().add(std::int64_t{log}).add(self.name));
        if (raised.has_error()) return give_up(raised.error());
        if (raised->size() == 0) return give_up(postgres_errc::missing);
        epoch = raised->number(0, 0);
    }
    if (auto const done = commit(); done.has_error()) return done.error();
    return std::optional(row_of(self, log, taken->number(0, 0), epoch));
}

result<std::optional<std::int64_t>> member_table::renew(member_row const& seen) {
    auto const done = to_.execute_prepared("renew", renew_sql,
                                           parameters()
                                               .add(seen.name)
                                               .add(std::int64_t{seen.log})
                                               .add(seen.renewals)
                                               .add(seen.advertise),
                                           timeout_);
    if (done.has_error()) return done.error();
    if (done->size() == 0) return std::optional<std::int64_t>{};
    return std::optional(done->number(0, 0));
}

result<row_change> member_table::stop(member_row const& seen) {
    if (auto const begun = begin(); begun.has_error()) return begun.error();
    auto const done =
        run(stop_sql, parameters().add(seen.name).add(std::int64_t{seen.log}).add(seen.renewals));
    if (done.has_error()) {
        roll_back();
        return done.error();
    }
    if (auto const ended = commit(); ended.has_error()) return ended.error();
    return done->size() > 0 ? row_change::done : row_change::moved;
}

result<cluster_rows> member_table::look() {
    auto const found = to_.execute_prepared("look", look_sql, {}, timeout_);
    if (found.has_error()) return found.error();
    cluster_rows all;
    for (std::size_t i = 0; i < found->size(); ++i) {
        auto const log = log_in(*found, i, 1);
        switch (found->number(i, 0)) {
        case 0: {
            member_row row;
            row.log = log;
            row.renewals = found->number(i, 2);
            row.is_stopped = found->text(i, 3) == "t";
            row.lease = std::chrono::milliseconds(found->number(i, 4));
            row.epoch = found->number(i, 5);
            row.name = found->text(i, 6);
            row.advertise = found->text(i, 7);
            row.version = found->text(i, 8);
            all.members.push_back(std::move(row));
            break;
        }
        case 1:
            all.adopted.push_back(
                {log, log_in(*found, i, 2), found->text(i, 3) == "t", found->number(i, 5)});
            break;
        default:
            all.slices.push_back({log, log_in(*found, i, 2)});
        }
    }
    return all;
}

result<std::vector<slice_row>> member_table::holders(std::uint32_t log) {
    auto const found =
        run("SELECT DISTINCT by_log FROM sluice.adopted_slice WHERE log = $1::integer",
            parameters().add(std::int64_t{log}));
    if (found.has_error()) return found.error();
    std::vector<slice_row> all;
    for (std::size_t i = 0; i < found->size(); ++i)
        all.push_back({log, log_in(*found, i, 0)});
    return all;
}

result<row_change> member_table::claim(std::uint32_t log, std::int64_t renewals, std::uint32_t by,
                                       std::string_view owner) {
    if (auto const begun = begin(); begun.has_error()) return begun.error();
    auto const silenced = run(silence_sql, parameters().add(std::int64_t{log}).add(renewals));
    if (silenced.has_error() || silenced->size() == 0) {
        roll_back();
        if (silenced.has_error()) return silenced.error();
        return row_change::moved;
    }
    auto const raised = run(raise_sql, parameters().add(std::int64_t{log}).add(owner));
    if (raised.has_error()) {
        roll_back();
        return raised.error();
    }
    auto const noted = run("INSERT INTO sluice.adopted_log VALUES ($1::integer, $2::integer, false)"
                           " ON CONFLICT DO NOTHING",
                           parameters().add(std::int64_t{log}).add(std::int64_t{by}));
    if (noted.has_error()) {
        roll_back();
        return noted.error();
    }
    if (auto const done = commit(); done.has_error()) return done.error();
    return row_change::done;
}

result<void> member_table::forget_adopted() {
    auto const done = run(forget_sql, {});
    if (done.has_error()) return done.error();
    return {};
}

} // namespace sluice::queue::postgres
