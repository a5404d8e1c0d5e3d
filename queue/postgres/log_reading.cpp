// The log in PostgreSQL: what is read back, and what a start looks at.
#include "queue/journal/journal_error.hpp"
#include "queue/postgres/log_work.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::queue::postgres {

using boost::system::error_code;
using boost::system::result;

// The parts of rows within [offset, offset + size), of a segment whose header counts.
result<std::string> log_worker::work::range(segment_ref const& ref, std::uint64_t offset,
                                            std::size_t size) {
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

read_range log_worker::work::range_of(segment_ref const& ref) {
    return [this, ref](std::uint64_t offset, std::size_t size) { return range(ref, offset, size); };
}

void log_worker::work::operator()(read_job const& job) {
    for (auto const& item : job.items) {
        done.bodies.push_back(item.from.is_none()
                                  ? result<shared_bytes>(make_error_code(journal_errc::ends_early))
                                  : read_body(item, range_of(item.from)));
    }
}

void log_worker::work::operator()(look_up_job const& job) {
    auto record = read_record(job, range_of(job.from));
    done.operation = "read";
    if (record.has_error()) {
        done.error = record.error();
    } else {
        done.record = std::move(*record);
    }
}

void log_worker::work::operator()(scan_job const& job) {
    (*this)(load_job{job.from});
    if (done.error) return;
    auto const content = std::string_view(done.content).substr(0, job.bytes);
    done.ids = full_records(job.salt, content.substr(job.offset)).ids;
    done.content.clear();
}

void log_worker::work::operator()(lock_job const&) {
    decide("lock", [&](connection& to) {
        auto const owned = to.execute("SELECT 1 FROM sluice.fence WHERE log = $1::integer AND "
                                      "epoch = $2::bigint",
                                      fence(), timeout());
        if (owned.has_error()) return owned.error();
        return owned->size() == 1 ? error_code() : error_code(postgres_errc::fenced);
    });
}

void log_worker::work::operator()(list_job const&) {
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

void log_worker::work::operator()(load_job const& job) {
    if (job.room != nullptr) done.content = std::move(*job.room);
    decide("read", [&](connection& to) { return load(to, job.from); });
}

// Rows follow each other without a gap: each was acknowledged before the next was written.
error_code log_worker::work::load(connection& to, segment_ref const& ref) {
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
    done.content = header->text(0, 0);
    {
        std::lock_guard const guard(owner.mutex_);
        owner.headers_[ref] = done.content;
    }
    auto const found = to.execute_binary("SELECT at, bytes FROM " + table(ref) + " ORDER BY at", {},
                                         std::max(timeout(), std::chrono::milliseconds(60'000)));
    if (found.has_error()) return found.error();
    if (auto const count = found->size(); count != 0) {
        auto const last = static_cast<std::size_t>(found->number(count - 1, 0));
        done.content.reserve(last + found->text(count - 1, 1).size());
    }
    for (std::size_t i = 0; i < found->size(); ++i) {
        bool const follows = found->number(i, 0) == static_cast<std::int64_t>(done.content.size());
        // A part of the history may lack what could not be written.
        if (!follows && ref.kind == segment_kind::journal) return postgres_errc::missing;
        done.content.resize(static_cast<std::size_t>(found->number(i, 0)));
        done.content += found->text(i, 1);
    }
    if (ref.kind == segment_kind::journal && found->size() != 0) {
        auto const last = found->size() - 1;
        owner.note_end({ref.number, static_cast<std::uint64_t>(found->number(last, 0)),
                        checksum(found->text(last, 1))});
    }
    return {};
}

} // namespace sluice::queue::postgres
