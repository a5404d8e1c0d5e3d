#include "queue/postgres/pace_table.hpp"

#include "queue/postgres/array_text.hpp"

#include <string_view>

namespace sluice::queue::postgres {

using boost::system::result;

namespace {

// Two kinds of rows in one answer. One statement, so that nobody who has joined after the look at
// the living can stand in a book that is newer than it.
constexpr std::string_view books_sql =
    "SELECT 0, coalesce(p.version, 0), u.i, coalesce(p.book, '')"
    " FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY u(name, version, i)"
    " LEFT JOIN sluice.pace p ON p.destination = u.name"
    " WHERE coalesce(p.version, 0) <> u.version"
    " UNION ALL SELECT 1, m.log, f.epoch, '' FROM sluice.member m"
    " JOIN sluice.fence f ON f.log = m.log WHERE NOT m.is_stopped";

// Rows are locked in the order of their names and new ones made in it, so that two who write wait
// in no circle; whoever finds a row locked tries again at the next round.
//
// A new row's version is above all that a row of its name may have had, unless the clock was set
// back by more than the time that a row has been dropped for: nobody takes one for the other.
constexpr std::string_view entries_sql =
    "WITH u AS (SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[]) u(name, seen, book)),"
    " l AS (SELECT p.destination FROM sluice.pace p JOIN u ON u.name = p.destination"
    " AND u.seen = p.version ORDER BY p.destination FOR UPDATE OF p SKIP LOCKED),"
    " d AS (UPDATE sluice.pace p SET version = p.version + 1, book = u.book"
    " FROM u JOIN l ON l.destination = u.name"
    " WHERE p.destination = u.name AND p.version = u.seen RETURNING p.destination, p.version),"
    " n AS (INSERT INTO sluice.pace SELECT name,"
    " (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, book FROM u WHERE seen = 0"
    " ORDER BY name ON CONFLICT DO NOTHING RETURNING destination, version)"
    " SELECT destination, version FROM d UNION ALL SELECT destination, version FROM n";

// A holder begins its part of a book (share_book.hpp) with its log and epoch.
constexpr std::string_view unused_sql =
    "SELECT p.destination, p.version, NOT EXISTS (SELECT FROM sluice.member m JOIN sluice.fence f"
    " ON f.log = m.log WHERE NOT m.is_stopped"
    " AND strpos(';' || substr(p.book, 3), ';' || m.log || ',' || f.epoch || ',') > 0)"
    " FROM sluice.pace p WHERE p.destination > $1 ORDER BY p.destination LIMIT $2::bigint";

constexpr std::string_view drop_sql =
    "DELETE FROM sluice.pace p USING unnest($1::text[], $2::bigint[]) u(name, version)"
    " WHERE p.destination = u.name AND p.version = u.version";

} // namespace

result<pace_table::sight> pace_table::look(std::vector<share_keeper::question> const& known) {
    array_text names;
    array_text versions;
    for (auto const& one : known) {
        names.add(one.name);
        versions.add(one.version);
    }
    auto const found = to_.execute_prepared(
        "pace look", books_sql, parameters().add(names.done()).add(versions.done()), timeout_);
    if (found.has_error()) return found.error();
    sight seen;
    for (std::size_t i = 0; i < found->size(); ++i) {
        if (found->number(i, 0) == 1) {
            seen.living.insert(
                {static_cast<std::uint32_t>(found->number(i, 1)), found->number(i, 2)});
            continue;
        }
        auto const n = static_cast<std::size_t>(found->number(i, 2)) - 1;
        seen.books.push_back({known[n].name, found->number(i, 1), std::string(found->text(i, 3))});
    }
    return seen;
}

result<share_keeper::versions> pace_table::write(std::vector<share_keeper::entry> const& entries) {
    array_text names;
    array_text versions;
    array_text books;
    for (auto const& one : entries) {
        names.add(one.name);
        versions.add(one.seen);
        books.add(one.book);
    }
    auto const done = to_.execute_prepared(
        "pace write", entries_sql,
        parameters().add(names.done()).add(versions.done()).add(books.done()), timeout_);
    if (done.has_error()) return done.error();
    if (to_.was_left_unconfirmed()) return postgres_errc::unknown;
    share_keeper::versions written;
    for (std::size_t i = 0; i < done->size(); ++i)
        written.emplace(done->text(i, 0), done->number(i, 1));
    return written;
}

result<pace_table::page> pace_table::unused(std::string const& after, std::size_t most) {
    auto const found = to_.execute(
        unused_sql, parameters().add(after).add(static_cast<std::int64_t>(most)), timeout_);
    if (found.has_error()) return found.error();
    page seen;
    for (std::size_t i = 0; i < found->size(); ++i)
        if (found->text(i, 2) == "t") seen.books.emplace(found->text(i, 0), found->number(i, 1));
    if (found->size() == most) seen.last = found->text(most - 1, 0);
    return seen;
}

result<std::uint64_t> pace_table::drop(share_keeper::versions const& books) {
    array_text names;
    array_text versions;
    for (auto const& [name, version] : books) {
        names.add(name);
        versions.add(version);
    }
    auto const done =
        to_.execute(drop_sql, parameters().add(names.done()).add(versions.done()), timeout_);
    if (done.has_error()) return done.error();
    return done->affected();
}

} // namespace sluice::queue::postgres
