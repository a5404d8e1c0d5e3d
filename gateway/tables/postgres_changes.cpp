#include "gateway/tables/postgres_changes.hpp"

#include <algorithm>

namespace sluice::gateway::tables {

namespace {

constexpr postgres_statement add_change{
    "tables_change", "INSERT INTO sluice.table_change (writer, kind, since, accounts, subjects) "
                     "VALUES ($1::bigint, $2::smallint, $3::bigint, $4::text[], $5::bytea[])"};

} // namespace

void table_changes::add(table_kind kind, table_subject subject, std::int64_t since) {
    auto place = std::ranges::find(all_, kind, &changed::kind);
    if (place == all_.end()) place = all_.insert(place, changed{kind, since, {}});
    place->since = std::min(place->since, since);
    place->subjects.add(subject);
}

void table_changes::save(postgres_session& to, std::int64_t writer) {
    for (auto& each : all_) {
        postgres_session::parameters values;
        values.add(writer).add(static_cast<std::int64_t>(each.kind)).add(each.since);
        values.add_bytes(each.subjects.accounts.binary());
        values.add_bytes(each.subjects.names.binary());
        to.run(add_change, values);
    }
}

std::int32_t stripe_of(std::string_view kind, table_subject const& subject) {
    std::uint64_t hash = 0xcbf29ce484222325ULL; // FNV-1a
    for (auto const text : {kind, std::string_view(subject.account), std::string_view("\n"),
                            std::string_view(subject.name)}) {
        for (char const c : text) {
            hash ^= static_cast<unsigned char>(c);
            hash *= 0x100000001b3ULL;
        }
    }
    return static_cast<std::int32_t>((hash >> 32) % stripe_count);
}

} // namespace sluice::gateway::tables
