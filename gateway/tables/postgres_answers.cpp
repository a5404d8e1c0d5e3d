#include "gateway/tables/postgres_answers.hpp"

#include "gateway/tables/time_column.hpp"

#include <algorithm>

namespace sluice::gateway::tables {

namespace {

// Ids grow with every answer, so that the newest are those that are nearest to the last.
constexpr postgres_statement read_answers{
    "tables_read_answers",
    "SELECT key, request, kept, (SELECT max(id) FROM sluice.kept_answer) - id, status, media_type, "
    "body, account, contact, headers FROM sluice.kept_answer WHERE key = ANY ($1::bytea[])"};
constexpr postgres_statement read_about{
    "tables_read_answers_about",
    "SELECT a.key, a.account, a.contact "
    "FROM unnest($1::text[], $2::bytea[]) AS w(account, contact) "
    "JOIN sluice.kept_answer a ON a.account = w.account AND a.contact = w.contact"};
constexpr postgres_statement keep_answers{
    "tables_keep_answers",
    "INSERT INTO sluice.kept_answer "
    "(key, id, request, kept, status, media_type, body, headers, account, contact) "
    "SELECT key, nextval('sluice.kept_answer_id'), request, kept, status, media_type, body, "
    "headers, account, contact FROM (SELECT * FROM unnest($1::bytea[], $2::bytea[], "
    "$3::bigint[], $4::int[], $5::text[], $6::bytea[], $7::bytea[], $8::text[], $9::bytea[]) "
    "WITH ORDINALITY "
    "AS w(key, request, kept, status, media_type, body, headers, account, contact, n) "
    "ORDER BY n) AS w ON CONFLICT (key) DO UPDATE SET id = excluded.id, "
    "request = excluded.request, kept = excluded.kept, status = excluded.status, "
    "media_type = excluded.media_type, body = excluded.body, headers = excluded.headers, "
    "account = excluded.account, contact = excluded.contact"};
constexpr postgres_statement remove_answers{
    "tables_remove_answers", "DELETE FROM sluice.kept_answer WHERE key = ANY ($1::bytea[])"};
// One gateway at a time, and none waits for that.
constexpr postgres_statement trim_answers{
    "tables_trim_answers",
    "DELETE FROM sluice.kept_answer "
    "WHERE (SELECT pg_try_advisory_xact_lock($1::int, $2::int)) AND id IN "
    "(SELECT id FROM sluice.kept_answer ORDER BY id LIMIT $3::bigint) AND (kept <= $4::bigint "
    "OR (SELECT max(id) FROM sluice.kept_answer) - id >= $5::bigint)"};
constexpr postgres_statement purge_some_answers{
    "tables_purge_answers",
    "DELETE FROM sluice.kept_answer WHERE (SELECT pg_try_advisory_xact_lock($1::int, $2::int)) "
    "AND id IN (SELECT id FROM sluice.kept_answer ORDER BY id LIMIT 5000) "
    "AND kept <= $3::bigint"};

std::string_view view_of(call_hash const& hash) {
    return {reinterpret_cast<char const*>(hash.data()), hash.size()};
}

call_hash hash_of(std::string const& bytes) {
    call_hash hash{}; // the schema lets no other length in
    std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
    return hash;
}

} // namespace

void postgres_answers::add_locks(std::vector<std::int32_t>& to) const {
    for (auto const& [key, each] : keys_)
        to.push_back(stripe_of("answer", {"", std::string(view_of(key))}));
}

void postgres_answers::load(postgres_session& from) {
    if (!keys_.empty()) {
        postgres_column keys(element::bytes);
        for (auto const& [key, each] : keys_)
            keys.add(view_of(key));
        postgres_session::parameters values;
        auto const rows = from.run(read_answers, values.add_bytes(keys.binary()));
        for (std::size_t i = 0; i < rows.size(); ++i) {
            kept one;
            one.call = {hash_of(rows.bytes(i, 0)), hash_of(rows.bytes(i, 1)),
                        to_time(rows.number(i, 2))};
            one.newer = static_cast<std::uint64_t>(rows.number(i, 3));
            one.answer = std::make_shared<kept_answer const>(
                kept_answer{static_cast<unsigned>(rows.number(i, 4)), std::string(rows.text(i, 5)),
                            rows.bytes(i, 6), rows.bytes(i, 9)});
            if (!rows.is_null(i, 8)) one.about = {std::string(rows.text(i, 7)), rows.bytes(i, 8)};
            keys_[one.call.key] = {true, std::move(one)};
        }
    }
    if (persons_.empty()) return;
    subject_columns wanted;
    for (auto const& person : persons_)
        wanted.add(person);
    auto const rows = from.run(read_about, wanted.parameters());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        kept one;
        one.call.key = hash_of(rows.bytes(i, 0));
        one.about = {std::string(rows.text(i, 1)), rows.bytes(i, 2)};
        keys_.try_emplace(one.call.key, entry{true, std::move(one)});
    }
}

result<answer_ptr> postgres_answers::find(call_key const& call) const {
    auto const& now = keys_.at(call.key).now;
    if (!now || !now->answer) return answer_ptr();
    bool const is_gone = is_over(now->call.now, call.now) || now->newer >= memory_.limit();
    if (is_gone) return answer_ptr();
    return repeated(now->call.request, now->answer, call);
}

void postgres_answers::keep(call_key const& call, answer_ptr answer,
                            std::optional<answer_subject> const& about) {
    keys_.at(call.key).now = kept{call, std::move(answer), about, 0, true};
}

std::vector<call_hash> postgres_answers::erase(table_subject const& person) {
    std::vector<call_hash> gone;
    for (auto& [key, each] : keys_) {
        bool const is_about = each.now && each.now->about &&
                              each.now->about->account == person.account &&
                              each.now->about->contact == person.name;
        if (!is_about) continue;
        each.now.reset();
        gone.push_back(key);
    }
    return gone;
}

void postgres_answers::save(postgres_session& to, table_changes& changes) {
    postgres_column gone(element::bytes);
    postgres_column keys(element::bytes), requests(element::bytes), times(element::big);
    postgres_column statuses(element::integer), types(element::text), bodies(element::bytes);
    postgres_column headers(element::bytes);
    postgres_column accounts(element::text), contacts(element::bytes);
    auto newest = wall_time::min();
    for (auto const& [key, each] : keys_) {
        if (!each.now && each.was_kept) {
            gone.add(view_of(key));
            changes.add(table_kind::answer, {"", std::string(view_of(key))});
        }
        if (!each.now || !each.now->is_new) continue;
        changes.add(table_kind::answer, {"", std::string(view_of(key))});
        auto const& [call, answer, about, newer, is_new] = *each.now;
        keys.add(view_of(key));
        requests.add(view_of(call.request));
        times.add(to_integer(call.now));
        statuses.add(std::int64_t{answer->status});
        types.add(answer->media_type);
        bodies.add(answer->body);
        headers.add(answer->header_lines);
        about ? accounts.add(about->account) : accounts.add_null();
        about ? contacts.add(about->contact) : contacts.add_null();
        newest = std::max(newest, call.now);
    }
    if (gone.size() > 0) {
        postgres_session::parameters values;
        to.run(remove_answers, values.add_bytes(gone.binary()));
    }
    if (keys.size() == 0) return;
    postgres_session::parameters values;
    values.add_bytes(keys.binary()).add_bytes(requests.binary()).add_bytes(times.binary());
    values.add_bytes(statuses.binary()).add_bytes(types.binary()).add_bytes(bodies.binary());
    values.add_bytes(headers.binary());
    values.add_bytes(accounts.binary()).add_bytes(contacts.binary());
    to.run(keep_answers, values);
    trim(to, keys.size(), newest);
}

void postgres_answers::trim(postgres_session& in, std::uint64_t added, wall_time now) {
    postgres_session::parameters values;
    values.add(std::int64_t{lock_class}).add(std::int64_t{trim_lock});
    values.add(static_cast<std::int64_t>(4 * added)).add(to_integer(now - answer_lifetime));
    in.run(trim_answers, values.add(static_cast<std::int64_t>(memory_.limit())));
}

std::uint64_t purge_answers(postgres_session& in, wall_time now) {
    postgres_session::parameters values;
    values.add(std::int64_t{lock_class}).add(std::int64_t{trim_lock});
    return in.run(purge_some_answers, values.add(to_integer(now - answer_lifetime))).affected();
}

} // namespace sluice::gateway::tables
