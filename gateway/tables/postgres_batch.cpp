#include "gateway/tables/postgres_batch.hpp"

#include <algorithm>

namespace sluice::gateway::tables {

namespace {

constexpr postgres_statement lock_stripes{"tables_lock",
                                          "SELECT count(pg_advisory_xact_lock($1::int, stripe)) "
                                          "FROM unnest($2::int[]) AS stripe"};

} // namespace

void postgres_batch::lock(postgres_session& in) const {
    std::vector<std::int32_t> stripes;
    links.add_locks(stripes);
    users.add_locks(stripes);
    agents.add_locks(stripes);
    answers.add_locks(stripes);
    if (stripes.empty()) return;
    // In one order for all, so that no two wait for each other.
    std::ranges::sort(stripes);
    auto const same = std::ranges::unique(stripes);
    stripes.erase(same.begin(), same.end());
    postgres_column all(element::integer);
    for (auto const stripe : stripes)
        all.add(std::int64_t{stripe});
    postgres_session::parameters values;
    in.run(lock_stripes, values.add(std::int64_t{lock_class}).add_bytes(all.binary()));
}

void postgres_batch::load(postgres_session& from) {
    links.load(from);
    users.load(from);
    agents.load(from);
    answers.load(from);
}

bool postgres_batch::save(postgres_session& to, std::int64_t writer) {
    table_changes changes;
    if (!links.save(to, changes)) return false;
    users.save(to, changes);
    if (agents.save(to, changes)) next_plan = read_next_plan(to).value_or(queue::never);
    answers.save(to, changes);
    changes.save(to, writer);
    return true;
}

} // namespace sluice::gateway::tables
