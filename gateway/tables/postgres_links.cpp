#include "gateway/tables/postgres_links.hpp"

#include "gateway/tables/time_column.hpp"

#include <algorithm>

namespace sluice::gateway::tables {

namespace {

constexpr postgres_statement links_by_key{"tables_links_by_key",
                                          "SELECT code, key, account, long_url, created, expires "
                                          "FROM sluice.link WHERE key = ANY ($1::bytea[])"};
constexpr postgres_statement insert_links{
    "tables_insert_links",
    "INSERT INTO sluice.link (code, key, account, long_url, created, expires) "
    "SELECT * FROM unnest($1::text[], $2::bytea[], $3::text[], $4::bytea[], $5::bigint[], "
    "$6::bigint[]) ON CONFLICT (code) DO NOTHING"};
constexpr postgres_statement renew_links{
    "tables_renew_links", "UPDATE sluice.link l SET expires = w.expires "
                          "FROM unnest($1::text[], $2::bigint[]) AS w(code, expires) "
                          "WHERE l.code = w.code"};
constexpr postgres_statement try_lock{"tables_try_lock_clicks",
                                      "SELECT pg_try_advisory_xact_lock($1::int, $2::int)"};
constexpr postgres_statement lock_clicks{
    "tables_lock_clicks", "SELECT count(pg_advisory_xact_lock($1::int, $2::int)) = 1"};
// A link that was purged meanwhile gets no clicks.
constexpr postgres_statement add_totals{
    "tables_add_totals",
    "INSERT INTO sluice.link_clicks (code, clicks) "
    "SELECT w.code, w.clicks FROM unnest($1::text[], $2::bigint[]) AS w(code, clicks) "
    "JOIN sluice.link l ON l.code = w.code "
    "ON CONFLICT (code) DO UPDATE SET clicks = link_clicks.clicks + excluded.clicks"};
constexpr postgres_statement add_days{
    "tables_add_days",
    "INSERT INTO sluice.link_day (code, day, clicks) SELECT w.code, w.day, w.clicks "
    "FROM unnest($1::text[], $2::int[], $3::bigint[]) AS w(code, day, clicks) "
    "JOIN sluice.link l ON l.code = w.code "
    "ON CONFLICT (code, day) DO UPDATE SET clicks = link_day.clicks + excluded.clicks"};
constexpr postgres_statement drop_days{"tables_drop_days",
                                       "DELETE FROM sluice.link_day d "
                                       "USING unnest($1::text[], $2::int[]) AS w(code, oldest) "
                                       "WHERE d.code = w.code AND d.day < w.oldest"};
constexpr postgres_statement purge_some{
    "tables_purge_links",
    "WITH old AS (SELECT code FROM sluice.link WHERE expires < $1::bigint LIMIT 1000), "
    "days AS (DELETE FROM sluice.link_day d USING old WHERE d.code = old.code), "
    "totals AS (DELETE FROM sluice.link_clicks c USING old WHERE c.code = old.code) "
    "DELETE FROM sluice.link l USING old WHERE l.code = old.code AND l.expires < $1::bigint "
    "RETURNING l.code, key, account, long_url, created, expires"};

std::string_view bytes_of(link_key const& key) {
    return {reinterpret_cast<char const*>(key.data()), key.size()};
}

// Clicks are added and taken away by one gateway at a time.
bool has_clicks_lock(postgres_session& in, bool waits) {
    postgres_session::parameters lock;
    auto const got =
        in.run(waits ? lock_clicks : try_lock, lock.add(std::int64_t{lock_class}).add(clicks_lock));
    return got.size() > 0 && got.text(0, 0) == "t";
}

void add_time(postgres_column& to, std::optional<wall_time> at) {
    at ? to.add(to_integer(*at)) : to.add_null();
}

} // namespace

std::shared_ptr<link const> read_link(postgres_session::rows const& from, std::size_t row) {
    auto const code = link_code::parse(from.text(row, 0));
    auto const key = from.bytes(row, 1);
    link made;
    if (!code || key.size() != made.key.size()) return nullptr;
    made.code = *code;
    std::ranges::copy(key, made.key.begin());
    made.account = from.text(row, 2);
    made.long_url = from.bytes(row, 3);
    made.created = to_time(from.number(row, 4));
    if (!from.is_null(row, 5)) made.expires = to_time(from.number(row, 5));
    return std::make_shared<link const>(std::move(made));
}

void postgres_links::add_locks(std::vector<std::int32_t>& to) const {
    for (auto const& [key, each] : by_key_)
        to.push_back(stripe_of("link", {"", std::string(bytes_of(key))}));
}

void postgres_links::load(postgres_session& from) {
    if (!by_key_.empty()) {
        postgres_column keys(element::bytes);
        for (auto const& [key, each] : by_key_)
            keys.add(bytes_of(key));
        postgres_session::parameters values;
        auto const rows = from.run(links_by_key, values.add_bytes(keys.binary()));
        for (std::size_t i = 0; i < rows.size(); ++i) {
            auto const found = read_link(rows, i);
            if (!found) continue;
            by_key_[found->key] = {found, found};
        }
    }
    if (codes_.empty()) return;
    postgres_column codes(element::text);
    for (auto const& code : codes_)
        codes.add(code.view());
    postgres_session::parameters values;
    auto const rows = from.run(links_by_code, values.add_bytes(codes.binary()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (auto found = read_link(rows, i)) found_.push_back(std::move(found));
    }
}

std::shared_ptr<link const> postgres_links::find(link_code code) const {
    auto const found = std::ranges::find(found_, code, [](auto const& each) { return each->code; });
    return found == found_.end() ? nullptr : *found;
}

void postgres_links::put(std::shared_ptr<link const> made) {
    by_key_.at(made->key).now = std::move(made);
}

bool postgres_links::save(postgres_session& to, table_changes& changes) {
    postgres_column codes(element::text), keys(element::bytes), accounts(element::text);
    postgres_column urls(element::bytes), created(element::big), expires(element::big);
    postgres_column renewed(element::text), ends(element::big);
    for (auto const& [key, each] : by_key_) {
        if (each.now == each.before) continue;
        auto const& made = *each.now;
        changes.add(table_kind::link, {"", std::string(made.code.view())});
        if (each.before) {
            renewed.add(made.code.view());
            add_time(ends, made.expires);
            continue;
        }
        codes.add(made.code.view());
        keys.add(bytes_of(made.key));
        accounts.add(made.account);
        urls.add(made.long_url);
        created.add(to_integer(made.created));
        add_time(expires, made.expires);
    }
    bool is_whole = true;
    if (codes.size() > 0) {
        postgres_session::parameters values;
        values.add_bytes(codes.binary()).add_bytes(keys.binary()).add_bytes(accounts.binary());
        values.add_bytes(urls.binary()).add_bytes(created.binary()).add_bytes(expires.binary());
        is_whole = to.run(insert_links, values).affected() == codes.size();
    }
    if (renewed.size() > 0 && is_whole) {
        postgres_session::parameters values;
        values.add_bytes(renewed.binary()).add_bytes(ends.binary());
        is_whole = to.run(renew_links, values).affected() == renewed.size();
    }
    return is_whole;
}

bool save_clicks(postgres_session& to, std::vector<unsaved_clicks> const& clicks, bool waits,
                 table_changes& changes) {
    if (!has_clicks_lock(to, waits)) return false;
    postgres_column codes(element::text), totals(element::big), oldest(element::integer);
    postgres_column day_codes(element::text), days(element::integer), counts(element::big);
    for (auto const& one : clicks) {
        codes.add(one.code.view());
        totals.add(static_cast<std::int64_t>(one.added.total));
        oldest.add(std::int64_t{one.oldest_day});
        for (auto const& day : one.added.days) {
            day_codes.add(one.code.view());
            days.add(std::int64_t{day.day});
            counts.add(static_cast<std::int64_t>(day.clicks));
        }
        changes.add(table_kind::clicks, {"", std::string(one.code.view())},
                    one.added.days.front().day);
    }
    postgres_session::parameters all, each_day, old;
    to.run(add_totals, all.add_bytes(codes.binary()).add_bytes(totals.binary()));
    each_day.add_bytes(day_codes.binary()).add_bytes(days.binary()).add_bytes(counts.binary());
    to.run(add_days, each_day);
    to.run(drop_days, old.add_bytes(codes.binary()).add_bytes(oldest.binary()));
    return true;
}

std::vector<std::shared_ptr<link const>> purge_links(postgres_session& in, wall_time expired_before,
                                                     table_changes& changes) {
    std::vector<std::shared_ptr<link const>> gone;
    if (!has_clicks_lock(in, false)) return gone;
    postgres_session::parameters values;
    auto const rows = in.run(purge_some, values.add(to_integer(expired_before)));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto one = read_link(rows, i);
        if (!one) continue;
        changes.add(table_kind::link, {"", std::string(one->code.view())});
        gone.push_back(std::move(one));
    }
    return gone;
}

} // namespace sluice::gateway::tables
