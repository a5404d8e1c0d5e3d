#include "queue/postgres/log_worker.hpp"

#include "queue/journal/crc32c.hpp"
#include "queue/journal/job_reading.hpp"
#include "queue/journal/journal_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace sluice::queue::postgres {

using boost::system::error_code;
using boost::system::result;

namespace {

constexpr std::uint64_t unbounded = 1ull << 60; // the disk is the server's affair

std::int32_t checksum(std::string_view bytes) {
    return std::bit_cast<std::int32_t>(crc32c(bytes));
}

// What the server refuses now and may take later: it shuts down, starts, is a standby or read only,
// has no room or no connections left; a lock or a deadlock was in the way.
bool may_pass(std::string_view state) {
    return state.starts_with("08") || state.starts_with("53") || state.starts_with("57P") ||
           state == "25006" || state == "40001" || state == "40P01" || state == "55P03" ||
           state == "57014";
}

constexpr std::string_view undefined_table = "42P01";

} // namespace

std::string table_of(std::uint32_t log, segment_ref const& ref) {
    bool const is_journal = ref.kind == segment_kind::journal;
    return fmt::format("sluice.{}_{}_{}", is_journal ? "batch" : "kept", log, ref.number);
}

log_worker::log_worker(log_options options)
    : options_(std::move(options)) {}

void log_worker::stop() {
    {
        std::lock_guard const guard(mutex_);
        is_stopping_ = true;
    }
    wakes_.notify_all();
}

log_status log_worker::status() const {
    std::lock_guard const guard(mutex_);
    return status_;
}

void log_worker::note_away(std::string const& why) {
    std::lock_guard const guard(mutex_);
    status_.is_reachable = false;
    status_.why = why;
}

std::string log_worker::header_of(segment_ref const& ref) const {
    std::lock_guard const guard(mutex_);
    auto const found = headers_.find(ref);
    return found == headers_.end() ? std::string() : found->second;
}

// False: it is to stop.
bool log_worker::pause(link& by) {
    by.pause = std::clamp(by.pause * 2, options_.first_pause, options_.longest_pause);
    std::unique_lock guard(mutex_);
    return !wakes_.wait_for(guard, by.pause, [this] { return is_stopping_; });
}

error_code log_worker::connect(link& by) {
    std::string why;
    auto made = connection::open(options_.connect, why);
    if (made.has_error()) {
        note_away(why);
        return made.error();
    }
    by.to.emplace(std::move(*made));
    if (auto const ec = check_end(*by.to)) return ec;
    look_at_standbys(*by.to);
    std::lock_guard const guard(mutex_);
    status_.is_reachable = true;
    status_.why.clear();
    status_.host = by.to->host();
    ++status_.reconnects;
    return {};
}

// A standby that had not received what was acknowledged may lead now: nothing is written behind
// such a hole.
error_code log_worker::check_end(connection& to) {
    std::optional<acknowledged> last;
    {
        std::lock_guard const guard(mutex_);
        last = last_;
    }
    if (!last) return {};
    auto const table = table_of(options_.log, {segment_kind::journal, last->segment});
    auto const found = to.execute("SELECT crc FROM " + table + " WHERE at = $1::bigint",
                                  parameters().add(static_cast<std::int64_t>(last->at)),
                                  options_.statement_timeout);
    if (found.has_error()) {
        bool const is_gone = found.error() == postgres_errc::refused;
        return is_gone && to.sqlstate() == undefined_table ? error_code(postgres_errc::missing)
                                                           : found.error();
    }
    if (found->size() == 0) return postgres_errc::missing;
    return found->number(0, 0) == last->crc ? error_code() : error_code(postgres_errc::conflict);
}

// Only who may see the standbys can say that one confirms.
void log_worker::look_at_standbys(connection& to) {
    auto const seen = to.execute(
        "SELECT pg_has_role(current_user, 'pg_monitor', 'USAGE') AND EXISTS (SELECT 1 FROM "
        "pg_stat_replication WHERE sync_state IN ('sync', 'quorum'))",
        {}, options_.statement_timeout);
    has_sync_standby_ = seen.has_value() && seen->size() == 1 && seen->text(0, 0) == "t";
}

error_code log_worker::decide(link& by, statement const& ask) {
    for (;;) {
        error_code ec;
        if (!by.to || !by.to->is_open()) ec = connect(by);
        if (!ec) {
            ec = ask(*by.to);
            std::lock_guard const guard(mutex_);
            ++status_.statements;
        }
        if (!ec) {
            by.pause = {};
            return {};
        }
        bool const is_away = ec == postgres_errc::unreachable || ec == postgres_errc::unknown;
        bool const passes = ec == postgres_errc::refused && may_pass(by.to->sqlstate());
        if (!is_away && !passes) {
            if (ec == postgres_errc::refused) note_away(by.to->message());
            return ec;
        }
        if (by.to) note_away(by.to->message());
        by.to.reset(); // another connection may find another server
        if (!pause(by)) return postgres_errc::unreachable;
    }
}

// Does the parts of one job.
struct log_worker::work {
    log_worker& owner;
    link& by;
    disk_result done;

    std::int64_t log() const { return owner.options_.log; }
    auto timeout() const { return owner.options_.statement_timeout; }
    std::string table(segment_ref const& ref) const { return table_of(owner.options_.log, ref); }
    parameters fence() const { return parameters().add(log()).add(owner.options_.epoch); }

    bool decide(std::string_view operation, statement const& ask) {
        done.error = owner.decide(by, ask);
        done.operation = operation;
        return !done.error;
    }

    // Several statements in one transaction that holds the fence. What `change` returns ends it.
    error_code fenced(connection& to, statement const& change) {
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
        std::string const why = to.sqlstate();
        auto const ended = to.execute(ec ? "ROLLBACK" : "COMMIT", {}, timeout());
        if (ec) return ec;
        return ended.has_error() ? ended.error() : error_code();
    }

    error_code execute(connection& to, std::string const& sql, parameters const& values = {}) {
        auto const result = to.execute(sql, values, timeout());
        return result.has_error() ? result.error() : error_code();
    }

    // --- the way in -----------------------------------------------------------------------------
    void operator()(commit_job const& job) {
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
        std::lock_guard const guard(owner.mutex_);
        owner.last_ =
            acknowledged{job.batch.to.number, job.batch.offset, checksum(job.batch.bytes)};
    }

    // The fence stands in the statement that writes, locked: a reader that raised the epoch has
    // waited for every batch that got in before. Every part is referred to, else it is not run.
    std::string statement_for(commit_job const& job, bool with_kept) const {
        std::string sql = "WITH f AS (SELECT 1 FROM sluice.fence WHERE log = $1::integer AND epoch "
                          "= $2::bigint FOR SHARE), ";
        std::string source = "f";
        if (job.adopts) {
            sql += "d AS (SELECT 1 FROM sluice.fence WHERE log = $6::integer AND epoch = "
                   "$7::bigint FOR SHARE), m AS (INSERT INTO sluice.adopted_slice (log, slice, "
                   "by_log) SELECT $6::integer, $8::integer, $1::integer FROM f, d ON CONFLICT DO "
                   "NOTHING RETURNING 1), ";
            source = "m";
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
        sql += job.adopts ? ", (SELECT count(*) FROM d)" : ", 1";
        if (with_kept) sql += ", (SELECT count(*) FROM k)";
        return sql;
    }

    error_code write(connection& to, commit_job const& job, bool with_kept) {
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
        // A slice comes once; batches come again and again.
        auto const name = job.adopts
                              ? std::string()
                              : fmt::format("b{}k{}", job.batch.to.number,
                                            with_kept ? job.kept.to.number : std::uint32_t{0});
        auto const answer =
            to.execute_prepared(name, statement_for(job, with_kept), values, timeout());
        if (answer.has_error()) return judge_refusal(to, answer.error());
        if (answer->number(0, 0) == 0) return postgres_errc::fenced;
        if (answer->number(0, 3) == 0) return postgres_errc::fenced;
        if (to.was_left_unconfirmed()) return postgres_errc::unknown;
        if (answer->number(0, 1) == 0) return found_there(to, job);
        bool const is_replicated = answer->text(0, 2) == "t" && owner.has_sync_standby_;
        if (owner.options_.on_replicated) owner.options_.on_replicated(is_replicated);
        std::lock_guard const guard(owner.mutex_);
        owner.status_.is_replicated = is_replicated;
        return {};
    }

    // Without its table the log was taken over and dropped, or the server has lost it.
    error_code judge_refusal(connection& to, error_code ec) {
        if (ec != postgres_errc::refused || to.sqlstate() != undefined_table) return ec;
        auto const owned = to.execute("SELECT 1 FROM sluice.fence WHERE log = $1::integer AND "
                                      "epoch = $2::bigint",
                                      fence(), timeout());
        if (owned.has_error()) return owned.error();
        return owned->size() == 0 ? postgres_errc::fenced : postgres_errc::missing;
    }

    // Something stands there: our own batch whose answer was lost, or another's. What a crash of
    // the primary brought back may not have reached a standby: it counts once a later commit has.
    error_code found_there(connection& to, commit_job const& job) {
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

    void operator()(sync_job const&) {} // every commit was one

    // --- segments -------------------------------------------------------------------------------
    void operator()(prepare_job const& job) {
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
            if (auto const ec = execute(to, "ALTER TABLE " + name +
                                                " ALTER COLUMN bytes SET STORAGE EXTERNAL")) {
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

    void operator()(remove_job const& job) {
        auto const drop = [&](connection& to) {
            if (auto const ec = execute(to, "DROP TABLE IF EXISTS " + table(job.gone))) return ec;
            auto values = parameters().add(log());
            values.add(static_cast<std::int64_t>(job.gone.kind)).add(std::int64_t{job.gone.number});
            return execute(to,
                           "DELETE FROM sluice.segment WHERE log = $1::integer AND kind = "
                           "$2::smallint AND number = $3::bigint",
                           values);
        };
        if (!decide("remove", [&](connection& to) { return fenced(to, drop); })) return;
        std::lock_guard const guard(owner.mutex_);
        owner.headers_.erase(job.gone);
    }

    void operator()(seal_job const& job) {
        if (job.trailer.bytes.empty()) return;
        decide("write", [&](connection& to) {
            return fenced(to, [&](connection& in) { return put(in, job.trailer); });
        });
    }

    error_code put(connection& to, segment_write const& what) {
        auto values = parameters().add(static_cast<std::int64_t>(what.offset));
        values.add(checksum(what.bytes)).add_bytes(what.bytes);
        return execute(to,
                       "INSERT INTO " + table(what.to) +
                           " (at, crc, bytes) VALUES ($1::bigint, $2::integer, $3::bytea) ON "
                           "CONFLICT (at) DO UPDATE SET crc = excluded.crc, bytes = excluded.bytes",
                       values);
    }

    void operator()(cut_job const& job) {
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
    void operator()(rewrite_job const&) {
        done.error = make_error_code(journal_errc::damaged);
        done.operation = "write";
    }
    void operator()(tidy_job const&) {}
    void operator()(measure_job const&) {
        decide("statvfs", [&](connection& to) {
            owner.look_at_standbys(to);
            return to.is_open() ? error_code() : error_code(postgres_errc::unknown);
        });
        done.space = {unbounded, unbounded};
    }

    // --- reading --------------------------------------------------------------------------------
    // The parts of rows within [offset, offset + size), of a segment whose header counts.
    result<std::string> range(segment_ref const& ref, std::uint64_t offset, std::size_t size) {
        std::string bytes;
        auto const header = owner.header_of(ref);
        if (offset < header.size()) bytes = header.substr(offset, size);
        auto values = parameters().add(static_cast<std::int64_t>(offset));
        values.add(static_cast<std::int64_t>(offset + size));
        auto const sql =
            "SELECT substring(bytes FROM (greatest($1::bigint - at, 0) + 1)::integer FOR "
            "greatest(least($2::bigint - at, octet_length(bytes)) - greatest($1::bigint - at, 0), "
            "0)::integer) FROM " +
            table(ref) + " WHERE at < $2::bigint AND at >= coalesce((SELECT max(at) FROM " +
            table(ref) + " WHERE at <= $1::bigint), 0) ORDER BY at";
        auto const ec = owner.decide(by, [&](connection& to) {
            auto const found = to.execute_binary(sql, values, timeout());
            if (found.has_error()) return found.error();
            for (std::size_t i = 0; i < found->size(); ++i)
                bytes += found->bytes(i, 0);
            return error_code();
        });
        if (ec) return ec;
        return bytes;
    }
    read_range range_of(segment_ref const& ref) {
        return [this, ref](std::uint64_t offset, std::size_t size) {
            return range(ref, offset, size);
        };
    }

    void operator()(read_job const& job) {
        for (auto const& item : job.items) {
            done.bodies.push_back(item.from.is_none() ? result<shared_bytes>(make_error_code(
                                                            journal_errc::ends_early))
                                                      : read_body(item, range_of(item.from)));
        }
    }

    void operator()(look_up_job const& job) {
        auto record = read_record(job, range_of(job.from));
        done.operation = "read";
        if (record.has_error()) {
            done.error = record.error();
        } else {
            done.record = std::move(*record);
        }
    }

    void operator()(scan_job const& job) {
        (*this)(load_job{job.from});
        if (done.error) return;
        done.ids = full_records(job, std::string_view(done.content).substr(0, job.bytes));
        done.content.clear();
    }

    // --- the start ------------------------------------------------------------------------------
    void operator()(lock_job const&) {
        decide("lock", [&](connection& to) {
            auto const owned = to.execute("SELECT 1 FROM sluice.fence WHERE log = $1::integer AND "
                                          "epoch = $2::bigint",
                                          fence(), timeout());
            if (owned.has_error()) return owned.error();
            return owned->size() == 1 ? error_code() : error_code(postgres_errc::fenced);
        });
    }

    void operator()(list_job const&) {
        decide("list", [&](connection& to) {
            done.entries.clear();
            auto const all = to.execute(
                "SELECT kind, number, coalesce(pg_total_relation_size(to_regclass(CASE kind WHEN 0 "
                "THEN 'sluice.batch_' ELSE 'sluice.kept_' END || log || '_' || number)), 0) FROM "
                "sluice.segment WHERE log = $1::integer ORDER BY kind, number",
                parameters().add(log()), timeout());
            if (all.has_error()) return all.error();
            for (std::size_t i = 0; i < all->size(); ++i) {
                segment_ref const ref{static_cast<segment_kind>(all->number(i, 0)),
                                      static_cast<std::uint32_t>(all->number(i, 1))};
                done.entries.push_back({ref, static_cast<std::uint64_t>(all->number(i, 2))});
            }
            return error_code();
        });
    }

    void operator()(load_job const& job) {
        decide("read", [&](connection& to) { return load(to, job.from); });
    }

    // Rows follow each other without a gap: each was acknowledged before the next was written.
    error_code load(connection& to, segment_ref const& ref) {
        done.content.clear();
        auto values = parameters().add(log());
        values.add(static_cast<std::int64_t>(ref.kind)).add(std::int64_t{ref.number});
        auto const header = to.execute_binary("SELECT header FROM sluice.segment WHERE log = "
                                              "$1::integer AND kind = $2::smallint AND number = "
                                              "$3::bigint",
                                              values, timeout());
        if (header.has_error()) return header.error();
        if (header->size() == 0) {
            return make_error_code(boost::system::errc::no_such_file_or_directory);
        }
        done.content = header->bytes(0, 0);
        {
            std::lock_guard const guard(owner.mutex_);
            owner.headers_[ref] = done.content;
        }
        auto const found =
            to.execute_binary("SELECT at, bytes FROM " + table(ref) + " ORDER BY at", {},
                              std::max(timeout(), std::chrono::milliseconds(60'000)));
        if (found.has_error()) return found.error();
        for (std::size_t i = 0; i < found->size(); ++i) {
            bool const follows =
                found->number(i, 0) == static_cast<std::int64_t>(done.content.size());
            // A part of the history may lack what could not be written.
            if (!follows && ref.kind == segment_kind::journal) return postgres_errc::missing;
            done.content.resize(static_cast<std::size_t>(found->number(i, 0)));
            done.content += found->text(i, 1);
        }
        return {};
    }
};

disk_result log_worker::run(disk_job const& job) {
    bool const is_commit =
        std::holds_alternative<commit_job>(job.work) || std::holds_alternative<sync_job>(job.work);
    work each{*this, is_commit ? commits_ : others_, {}};
    std::visit([&](auto const& what) { each(what); }, job.work);
    return std::move(each.done);
}

} // namespace sluice::queue::postgres
