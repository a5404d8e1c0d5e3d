// The log in PostgreSQL: segments made, cut and dropped, each while the fence is ours.
#include "queue/journal/journal_error.hpp"
#include "queue/postgres/log_work.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::queue::postgres {

using boost::system::error_code;
using boost::system::result;

namespace {
constexpr std::uint64_t unbounded = 1ull << 60; // the disk is the server's affair
}

// Several statements in one transaction that holds the fence. What `change` returns ends it.
error_code log_worker::work::fenced(connection& to, statement const& change) {
    auto const begun = to.execute("BEGIN", {}, timeout());
    if (begun.has_error()) return begun.error();
    auto const owned = to.execute("SELECT 1 FROM sluice.fence WHERE log = $1::integer AND "
                                  "epoch = $2::bigint FOR SHARE",
                                  fence(), timeout());
    error_code ec;
    if (owned.has_error()) {
        ec = owned.error();
    } else {
        ec = owned->size() == 1 ? change(to) : error_code(postgres_errc::fenced);
    }
    if (!to.is_open()) return ec;
    auto const ended = to.execute(ec ? "ROLLBACK" : "COMMIT", {}, timeout());
    if (ec) return ec;
    return ended.has_error() ? ended.error() : error_code();
}

error_code log_worker::work::execute(connection& to, std::string const& sql,
                                     parameters const& values) {
    auto const result = to.execute(sql, values, timeout());
    return result.has_error() ? result.error() : error_code();
}

void log_worker::work::operator()(prepare_job const& job) {
    auto const make = [&](connection& to) {
        auto const name = table(job.segment);
        // Dropped whole and never changed: there is nothing to vacuum.
        if (auto const ec =
                execute(to, "CREATE TABLE IF NOT EXISTS " + name +
                                " (at bigint PRIMARY KEY, crc integer NOT NULL, bytes bytea "
                                "NOT NULL) WITH (autovacuum_enabled = false, "
                                "toast.autovacuum_enabled = false)")) {
            return ec;
        }
        // Compressed it would cost the server more than the bytes that it saves.
        if (auto const ec =
                execute(to, "ALTER TABLE " + name + " ALTER COLUMN bytes SET STORAGE EXTERNAL")) {
            return ec;
        }
        auto values = parameters().add(log());
        values.add(static_cast<std::int64_t>(job.segment.kind))
            .add(std::int64_t{job.segment.number})
            .add_bytes(job.header);
        return execute(to,
                       "INSERT INTO sluice.segment (log, kind, number, header) VALUES "
                       "($1::integer, $2::smallint, $3::bigint, $4::bytea) ON CONFLICT DO "
                       "NOTHING",
                       values);
    };
    if (!decide("open", [&](connection& to) { return fenced(to, make); })) return;
    std::lock_guard const guard(owner.mutex_);
    owner.headers_[job.segment] = job.header;
}

// Of a log that is being taken over nothing goes before the server knows that all of it has gone
// over: a standby that was behind may lead since, and lack the copies.
error_code log_worker::work::refuse_while_adopted(connection& to) {
    auto const found =
        to.execute("SELECT 1 FROM sluice.adopted_log WHERE log = $1::integer AND NOT is_done",
                   parameters().add(log()), timeout());
    if (found.has_error()) return found.error();
    return found->size() == 0 ? error_code() : error_code(postgres_errc::fenced);
}

error_code log_worker::work::drop(connection& to, remove_job const& job) {
    auto const which = job.is_oldest ? std::string("number <= $3::bigint") : "number = $3::bigint";
    auto values = parameters().add(log());
    values.add(static_cast<std::int64_t>(job.gone.kind)).add(std::int64_t{job.gone.number});
    auto const gone = to.execute("DELETE FROM sluice.segment WHERE log = $1::integer AND kind = "
                                 "$2::smallint AND " +
                                     which + " RETURNING number",
                                 values, timeout());
    if (gone.has_error()) return gone.error();
    for (std::size_t i = 0; i < gone->size(); ++i) {
        segment_ref const one{job.gone.kind, static_cast<std::uint32_t>(gone->number(i, 0))};
        if (auto const ec = execute(to, "DROP TABLE IF EXISTS " + table(one))) return ec;
    }
    return {};
}

void log_worker::work::operator()(remove_job const& job) {
    auto const drop_all = [&](connection& to) {
        if (auto const ec = refuse_while_adopted(to)) return ec;
        return drop(to, job);
    };
    owner.forget_end(job.gone); // a repeat over a new connection must not miss it
    if (!decide("remove", [&](connection& to) { return fenced(to, drop_all); })) return;
    std::lock_guard const guard(owner.mutex_);
    owner.headers_.erase(job.gone);
}

void log_worker::work::operator()(seal_job const& job) {
    if (job.trailer.bytes.empty()) return;
    decide("write", [&](connection& to) {
        return fenced(to, [&](connection& in) { return put(in, job.trailer); });
    });
}

error_code log_worker::work::put(connection& to, segment_write const& what) {
    auto values = parameters().add(static_cast<std::int64_t>(what.offset));
    values.add(checksum(what.bytes)).add_bytes(what.bytes);
    return execute(to,
                   "INSERT INTO " + table(what.to) +
                       " (at, crc, bytes) VALUES ($1::bigint, $2::integer, $3::bytea) ON "
                       "CONFLICT (at) DO UPDATE SET crc = excluded.crc, bytes = excluded.bytes",
                   values);
}

void log_worker::work::operator()(cut_job const& job) {
    owner.forget_end(job.segment);
    auto const end = parameters().add(static_cast<std::int64_t>(job.end));
    decide("truncate", [&](connection& to) {
        return fenced(to, [&](connection& in) {
            return execute(in, "DELETE FROM " + table(job.segment) + " WHERE at >= $1::bigint",
                           end);
        });
    });
}

// Only the mark at a batch's beginning is ever written over, and only where a batch was torn: a
// row never is.
void log_worker::work::operator()(rewrite_job const&) {
    done.error = make_error_code(journal_errc::damaged);
    done.operation = "write";
}

void log_worker::work::operator()(measure_job const&) {
    decide("statvfs", [&](connection& to) {
        owner.look_at_standbys(to);
        return to.is_open() ? error_code() : error_code(postgres_errc::unknown);
    });
    done.space = {unbounded, unbounded};
}

} // namespace sluice::queue::postgres
