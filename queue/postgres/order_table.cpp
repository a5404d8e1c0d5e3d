#include "queue/postgres/order_table.hpp"

#include "queue/postgres/array_text.hpp"

#include <utility>

namespace sluice::queue::postgres {

using boost::system::result;

namespace {

constexpr std::string_view look_slots_sql =
    "SELECT s.slot, s.log, s.generation, s.log = 0 OR a.log IS NOT NULL FROM sluice.order_slot s"
    " LEFT JOIN sluice.adopted_log a ON a.log = s.log AND a.is_done";

// $1, $2: the own log and epoch; $3, $4: slots and the generations they were seen in.
constexpr std::string_view take_slots_sql =
    "WITH f AS (SELECT 1 FROM sluice.fence WHERE log = $1::integer AND epoch = $2::bigint FOR"
    " SHARE) UPDATE sluice.order_slot s SET log = $1::integer, epoch = $2::bigint, generation ="
    " s.generation + 1 FROM f, unnest($3::smallint[], $4::bigint[]) AS w(slot, generation)"
    " WHERE s.slot = w.slot AND s.generation = w.generation AND (s.log = 0 OR EXISTS (SELECT FROM"
    " sluice.adopted_log a WHERE a.log = s.log AND a.is_done))";

constexpr std::string_view keep_slots_sql =
    "WITH f AS (SELECT 1 FROM sluice.fence WHERE log = $1::integer AND epoch = $2::bigint FOR"
    " SHARE) UPDATE sluice.order_slot s SET epoch = $2::bigint, generation = s.generation + 1"
    " FROM f, unnest($3::smallint[], $4::bigint[]) AS w(slot, generation)"
    " WHERE s.slot = w.slot AND s.generation = w.generation AND s.log = $1::integer";

// $5: the logs that get them.
constexpr std::string_view give_slots_sql =
    "WITH f AS (SELECT 1 FROM sluice.fence WHERE log = $1::integer AND epoch = $2::bigint FOR"
    " SHARE) UPDATE sluice.order_slot s SET log = w.log, epoch = 0, generation = s.generation + 1"
    " FROM f, unnest($3::smallint[], $4::bigint[], $5::integer[]) AS w(slot, generation, log)"
    " WHERE s.slot = w.slot AND s.generation = w.generation AND s.log = $1::integer";

} // namespace

result<order_rows> order_table::look() {
    auto const found = to_.execute_prepared("order_look", look_slots_sql, {}, timeout_);
    if (found.has_error()) return found.error();
    order_rows all;
    for (std::size_t i = 0; i < found->size(); ++i) {
        auto const slot = static_cast<std::size_t>(found->number(i, 0));
        if (slot >= order_slots) continue;
        all[slot] = {static_cast<std::uint32_t>(found->number(i, 1)),
                     static_cast<std::uint64_t>(found->number(i, 2)), found->text(i, 3) == "t"};
    }
    return all;
}

// `logs`: of the statement that has a fifth value.
result<std::uint64_t> order_table::change(std::string_view sql, std::vector<held_slot> const& seen,
                                          std::string const& logs) {
    array_text slots;
    array_text generations;
    for (auto const& one : seen) {
        slots.add(std::int64_t{one.slot});
        generations.add(static_cast<std::int64_t>(one.generation));
    }
    parameters values;
    values.add(std::int64_t{log_}).add(epoch_).add(slots.done()).add(generations.done());
    if (!logs.empty()) values.add(logs);
    auto const done = to_.execute(sql, values, timeout_);
    if (done.has_error()) return done.error();
    if (to_.was_left_unconfirmed()) return postgres_errc::unknown;
    return done->affected();
}

result<void> order_table::confirm() {
    auto const done =
        to_.execute("SELECT pg_logical_emit_message(true, 'sluice', '')", {}, timeout_);
    if (done.has_error()) return done.error();
    if (to_.was_left_unconfirmed()) return postgres_errc::unknown;
    return {};
}

result<std::uint64_t> order_table::take(std::vector<held_slot> const& seen) {
    return change(take_slots_sql, seen);
}

result<std::uint64_t> order_table::keep(std::vector<held_slot> const& seen) {
    return change(keep_slots_sql, seen);
}

result<std::uint64_t> order_table::give(std::vector<given_slot> const& what) {
    std::vector<held_slot> seen;
    array_text logs;
    for (auto const& one : what) {
        seen.push_back(one.what);
        logs.add(std::int64_t{one.to});
    }
    return change(give_slots_sql, seen, logs.done());
}

} // namespace sluice::queue::postgres
