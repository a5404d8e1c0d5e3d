// The log in PostgreSQL: batches.
#include "queue/postgres/log_work.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::queue::postgres {

using boost::system::error_code;
using boost::system::result;

void log_worker::work::operator()(commit_job const& job) {
    bool with_kept = !job.kept.to.is_none();
    auto const ask = [&](connection& to) {
        auto ec = write(to, job, with_kept);
        // The history must not stand in the way of a batch.
        if (ec == postgres_errc::refused && with_kept && !may_pass(to.sqlstate())) {
            done.kept_error = ec;
            with_kept = false;
            ec = write(to, job, false);
        }
        return ec;
    };
    if (!decide("write", ask) || done.was_adopted_before) return;
    owner.note_end({job.batch.to.number, job.batch.offset, checksum(job.batch.bytes)});
}

// The fence stands in the statement that writes, locked: a reader that raised the epoch has
// waited for every batch that got in before. Every part is referred to, else it is not run.
std::string log_worker::work::statement_for(commit_job const& job, bool with_kept) const {
    std::string sql = "WITH f AS (SELECT 1 FROM sluice.fence WHERE log = $1::integer AND epoch "
                      "= $2::bigint FOR SHARE), ";
    std::string source = "f";
    if (job.adopts) {
        sql += "d AS (SELECT 1 FROM sluice.fence WHERE log = $6::integer AND epoch = "
               "$7::bigint FOR SHARE), m AS (INSERT INTO sluice.adopted_slice (log, slice, "
               "by_log) SELECT $6::integer, $8::integer, $1::integer FROM f, d ON CONFLICT DO "
               "NOTHING RETURNING 1), ";
        source = "m";
        // The new home of these keys; where somebody else is, it stays so.
        if (!job.adopts->order_slots.empty()) {
            sql += fmt::format("o AS (UPDATE sluice.order_slot s SET log = $1::integer, epoch = "
                               "$2::bigint, generation = s.generation + 1 FROM m WHERE s.log = "
                               "$6::integer AND s.slot = ANY('{{{}}}'::smallint[])), ",
                               fmt::join(job.adopts->order_slots, ","));
        }
    }
    sql += "i AS (INSERT INTO " + table(job.batch.to) +
           " (at, crc, bytes) SELECT $3::bigint, $4::integer, $5::bytea FROM " + source +
           " ON CONFLICT DO NOTHING RETURNING 1)";
    if (with_kept) {
        auto const n = job.adopts ? 9 : 6;
        sql += fmt::format(", k AS (INSERT INTO {} (at, crc, bytes) SELECT ${}::bigint, "
                           "${}::integer, ${}::bytea FROM f ON CONFLICT DO NOTHING RETURNING "
                           "1)",
                           table(job.kept.to), n, n + 1, n + 2);
    }
    sql += " SELECT (SELECT count(*) FROM f), (SELECT count(*) FROM i), "
           "current_setting('synchronous_standby_names') <> '' AND "
           "current_setting('synchronous_commit') IN ('on', 'remote_apply', 'remote_write')";
    if (with_kept) sql += ", (SELECT count(*) FROM k)";
    return sql;
}

error_code log_worker::work::write(connection& to, commit_job const& job, bool with_kept) {
    auto values = fence();
    values.add(static_cast<std::int64_t>(job.batch.offset))
        .add(checksum(job.batch.bytes))
        .add_bytes(job.batch.bytes);
    if (job.adopts) values.add(job.adopts->log).add(job.adopts->epoch).add(job.adopts->slice);
    if (with_kept) {
        values.add(static_cast<std::int64_t>(job.kept.offset))
            .add(checksum(job.kept.bytes))
            .add_bytes(job.kept.bytes);
    }
    // The slots stand in the statement's text: it does not come again.
    bool const is_unique = job.adopts && !job.adopts->order_slots.empty();
    auto const name = is_unique
                          ? std::string()
                          : fmt::format("{}{}k{}", job.adopts ? 'a' : 'b', job.batch.to.number,
                                        with_kept ? job.kept.to.number : std::uint32_t{0});
    auto const answer = to.execute_prepared(name, statement_for(job, with_kept), values, timeout());
    if (answer.has_error()) return judge_refusal(to, answer.error());
    if (answer->number(0, 0) == 0) return postgres_errc::fenced;
    if (to.was_left_unconfirmed()) return postgres_errc::unknown;
    if (answer->number(0, 1) == 0) return found_there(to, job);
    bool const is_replicated = answer->text(0, 2) == "t" && owner.has_sync_standby_;
    if (owner.options_.on_replicated) owner.options_.on_replicated(is_replicated);
    std::lock_guard const guard(owner.mutex_);
    owner.status_.is_replicated = is_replicated;
    return {};
}

// Without its table the log was taken over and dropped, or the server has lost it.
error_code log_worker::work::judge_refusal(connection& to, error_code ec) {
    if (ec != postgres_errc::refused || to.sqlstate() != undefined_table) return ec;
    return why_gone(to, owner.options_);
}

// Something stands there: our own batch whose answer was lost, or another's. What a crash of
// the primary brought back may not have reached a standby: it counts once a later commit has.
error_code log_worker::work::found_there(connection& to, commit_job const& job) {
    auto const there =
        to.execute("SELECT crc FROM " + table(job.batch.to) + " WHERE at = $1::bigint",
                   parameters().add(static_cast<std::int64_t>(job.batch.offset)), timeout());
    if (there.has_error()) return there.error();
    if (there->size() == 0) {
        done.was_adopted_before = job.adopts.has_value();
        return job.adopts ? error_code() : error_code(postgres_errc::unknown);
    }
    if (there->number(0, 0) != checksum(job.batch.bytes)) return postgres_errc::conflict;
    auto const confirmed =
        to.execute("SELECT pg_logical_emit_message(true, 'sluice', '')", {}, timeout());
    if (confirmed.has_error()) return confirmed.error();
    if (to.was_left_unconfirmed()) return postgres_errc::unknown;
    std::lock_guard const guard(owner.mutex_);
    ++owner.status_.looked_up;
    return {};
}

} // namespace sluice::queue::postgres
