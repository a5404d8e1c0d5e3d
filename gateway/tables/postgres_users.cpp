#include "gateway/tables/postgres_users.hpp"

#include "gateway/tables/time_column.hpp"

#include <algorithm>

namespace sluice::gateway::tables {

namespace {

constexpr postgres_statement read_variables{
    "tables_read_persons",
    "SELECT k.account, k.contact, name, value, updated "
    "FROM unnest($1::text[], $2::bytea[]) AS w(account, contact) "
    "JOIN sluice.user_key k ON k.account = w.account AND k.contact = w.contact ORDER BY 1, 2, 3"};
constexpr postgres_statement put_variables{
    "tables_put_variables",
    "INSERT INTO sluice.user_key (account, contact, name, value, updated) "
    "SELECT * FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bigint[]) "
    "ON CONFLICT (account, contact, name) "
    "DO UPDATE SET value = excluded.value, updated = excluded.updated"};
constexpr postgres_statement remove_variables{
    "tables_remove_variables",
    "DELETE FROM sluice.user_key k "
    "USING unnest($1::text[], $2::bytea[], $3::bytea[]) AS w(account, contact, name) "
    "WHERE k.account = w.account AND k.contact = w.contact AND k.name = w.name"};

user_variable const* find_variable(user_variables const& in, std::string const& name) {
    auto const place = std::ranges::lower_bound(in, name, {}, &user_variable::name);
    return place != in.end() && place->name == name ? &*place : nullptr;
}

} // namespace

std::map<table_subject, user_variables> read_persons(postgres_session& from,
                                                     std::vector<table_subject> const& persons) {
    subject_columns wanted;
    for (auto const& person : persons)
        wanted.add(person);
    std::map<table_subject, user_variables> found;
    auto const rows = from.run(read_variables, wanted.parameters());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto& kept = found[{std::string(rows.text(i, 0)), rows.bytes(i, 1)}];
        kept.push_back({rows.bytes(i, 2), rows.bytes(i, 3), to_time(rows.number(i, 4))});
    }
    return found;
}

void postgres_users::add_locks(std::vector<std::int32_t>& to) const {
    for (auto const& [person, each] : persons_)
        to.push_back(stripe_of("person", person));
}

void postgres_users::load(postgres_session& from) {
    if (persons_.empty()) return;
    std::vector<table_subject> wanted;
    for (auto const& [person, each] : persons_)
        wanted.push_back(person);
    for (auto& [person, kept] : read_persons(from, wanted))
        persons_[person] = {kept, kept};
}

void postgres_users::save(postgres_session& to, table_changes& changes) {
    subject_columns put, gone;
    postgres_column names(element::bytes), values(element::bytes), updated(element::big);
    postgres_column gone_names(element::bytes);
    for (auto const& [person, each] : persons_) {
        auto const count = names.size() + gone_names.size();
        for (auto const& now : each.now) {
            auto const* const before = find_variable(each.before, now.name);
            if (before && before->value == now.value && before->updated == now.updated) continue;
            put.add(person);
            names.add(now.name);
            values.add(now.value);
            updated.add(to_integer(now.updated));
        }
        for (auto const& before : each.before) {
            if (find_variable(each.now, before.name)) continue;
            gone.add(person);
            gone_names.add(before.name);
        }
        bool const is_changed = names.size() + gone_names.size() > count;
        if (is_changed) changes.add(table_kind::person, person);
    }
    if (names.size() > 0) {
        auto all = put.parameters();
        all.add_bytes(names.binary()).add_bytes(values.binary()).add_bytes(updated.binary());
        to.run(put_variables, all);
    }
    if (gone_names.size() > 0) {
        auto all = gone.parameters();
        to.run(remove_variables, all.add_bytes(gone_names.binary()));
    }
}

} // namespace sluice::gateway::tables
