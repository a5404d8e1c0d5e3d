#include "gateway/tables/sqlite_links.hpp"

#include <algorithm>

namespace sluice::gateway::tables {

namespace {

constexpr std::string_view columns = "code, key, account, long_url, created, expires";

std::string select(std::string_view rest) {
    return std::string("SELECT ").append(columns).append(" FROM links ").append(rest);
}

// nullptr for a row that cannot be one of ours.
std::shared_ptr<link const> link_of(sqlite_statement const& row) {
    auto const code = link_code::parse(row.text(0));
    auto const key = row.bytes(1);
    link made;
    if (!code || key.size() != made.key.size()) return nullptr;
    made.code = *code;
    std::ranges::copy(key, made.key.begin());
    made.account = row.text(2);
    made.long_url = row.text(3);
    made.created = to_time(row.integer(4));
    if (!row.is_null(5)) made.expires = to_time(row.integer(5));
    return std::make_shared<link const>(std::move(made));
}

void bind_expiry(sqlite_statement& to, std::optional<wall_time> expires) {
    expires ? to.bind(to_integer(*expires)) : to.bind_null();
}

} // namespace

sqlite_links::sqlite_links(sqlite_database& in, link_map& memory, code_source codes)
    : database_(in)
    , memory_(memory)
    , codes_(std::move(codes))
    , find_(in, select("WHERE key = ?"))
    , insert_(in, "INSERT INTO links (code, key, account, long_url, created, expires) "
                  "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (code) DO NOTHING")
    , renew_(in, "UPDATE links SET expires = ? WHERE code = ?")
    , save_total_(in, "UPDATE links SET clicks = clicks + ? WHERE code = ?")
    , save_day_(in, "INSERT INTO link_days (code, day, clicks) VALUES (?, ?, ?) "
                    "ON CONFLICT (code, day) "
                    "DO UPDATE SET clicks = link_days.clicks + excluded.clicks")
    , drop_days_(in, "DELETE FROM link_days WHERE code = ? AND day < ?")
    , purge_days_(in, "DELETE FROM link_days WHERE code IN "
                      "(SELECT code FROM links WHERE expires < ?)")
    , purge_(in, "DELETE FROM links WHERE expires < ? RETURNING "
                 "code, key, account, long_url, created, expires") {}

bool sqlite_links::load() {
    sqlite_statement all(database_, "SELECT code, key, account, long_url, created, expires, clicks "
                                    "FROM links");
    bool is_whole = true;
    while (all.next()) {
        auto const made = link_of(all);
        if (!made) {
            is_whole = false;
            continue;
        }
        auto const clicks = static_cast<std::uint64_t>(all.integer(6));
        memory_.put(made);
        memory_.restore_total(made->code, clicks);
    }
    sqlite_statement days(database_, "SELECT code, day, clicks FROM link_days ORDER BY code, day");
    while (days.next()) {
        auto const code = link_code::parse(days.text(0));
        if (!code) {
            is_whole = false;
            continue;
        }
        memory_.restore_day(*code, {static_cast<day_number>(days.integer(1)),
                                    static_cast<std::uint64_t>(days.integer(2))});
    }
    return is_whole;
}

std::shared_ptr<link const> sqlite_links::find(link_key const& key) {
    find_.bind_bytes(key);
    auto found = find_.next() ? link_of(find_) : nullptr;
    find_.reset();
    return found;
}

sqlite_links::decision sqlite_links::decide(new_link const& asked, std::uint64_t max_links) {
    if (auto known = find(asked.key)) {
        if (is_fresh(*known, asked)) return {std::move(known), false};
        return renew(*known, asked);
    }
    // Those of this transaction are not counted yet: the limit may be passed by one batch.
    if (memory_.size() >= max_links) return {};
    return make(asked);
}

sqlite_links::decision sqlite_links::renew(link const& known, new_link const& asked) {
    auto renewed = renewed_link(known, asked);
    bind_expiry(renew_, renewed->expires);
    renew_.bind(known.code.view()).run();
    return {std::move(renewed), true};
}

sqlite_links::decision sqlite_links::make(new_link const& asked) {
    std::shared_ptr<link const> made;
    std::int64_t inserted = 0;
    while (inserted == 0 && !database_.failure()) {
        made = made_link(asked, codes_()); // another one where it is taken
        insert_.bind(made->code.view()).bind_bytes(made->key).bind(made->account);
        insert_.bind(made->long_url).bind(to_integer(made->created));
        bind_expiry(insert_, made->expires);
        inserted = insert_.run();
    }
    return {std::move(made), true};
}

void sqlite_links::save(std::vector<unsaved_clicks> const& clicks) {
    for (auto const& one : clicks) {
        auto const total = static_cast<std::int64_t>(one.added.total);
        if (save_total_.bind(total).bind(one.code.view()).run() == 0) continue; // purged
        for (auto const& day : one.added.days) {
            save_day_.bind(one.code.view()).bind(std::int64_t{day.day});
            save_day_.bind(static_cast<std::int64_t>(day.clicks)).run();
        }
        drop_days_.bind(one.code.view()).bind(std::int64_t{one.oldest_day}).run();
    }
}

std::vector<std::shared_ptr<link const>> sqlite_links::purge(wall_time expired_before) {
    purge_days_.bind(to_integer(expired_before)).run();
    std::vector<std::shared_ptr<link const>> gone;
    purge_.bind(to_integer(expired_before));
    while (purge_.next()) {
        if (auto one = link_of(purge_)) gone.push_back(std::move(one));
    }
    return gone;
}

} // namespace sluice::gateway::tables
