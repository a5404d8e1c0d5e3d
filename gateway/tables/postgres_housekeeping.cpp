#include "gateway/tables/postgres_housekeeping.hpp"

#include "gateway/tables/postgres_agents.hpp"
#include "gateway/tables/postgres_answers.hpp"
#include "gateway/tables/postgres_links.hpp"

namespace sluice::gateway::tables {

namespace {

constexpr auto purge_period = std::chrono::hours(24);
constexpr auto purge_retry = std::chrono::minutes(10);

// A gateway that was away for longer than ten minutes reads everything anew; a writer is forgotten
// when nothing can wait for its answer any more.
constexpr postgres_statement trim_changes{
    "tables_trim_changes",
    "WITH gone AS (DELETE FROM sluice.table_change WHERE at < now() - interval '10 minutes' "
    "RETURNING xid) UPDATE sluice.table_horizon h SET xid = g.xid "
    "FROM (SELECT xid FROM gone ORDER BY xid DESC LIMIT 1) AS g WHERE h.xid < g.xid"};
constexpr postgres_statement trim_writers{
    "tables_trim_writers", "DELETE FROM sluice.table_writer WHERE at < now() - interval '7 days'"};

} // namespace

bool postgres_housekeeping::purge_if_due(std::int64_t writer) {
    auto const now = now_.load(std::memory_order_relaxed);
    bool const is_due = purged_ == wall_time::min() || now - purged_ >= purge_period;
    return !is_due || purge(now, writer);
}

bool postgres_housekeeping::purge(wall_time now, std::int64_t writer) {
    table_changes changes;
    session_.begin();
    auto const gone = purge_links(session_, now - options_.link_history, changes);
    auto const rows = purge_breaks(session_, now - options_.break_history) +
                      purge_answers(session_, now) + gone.size();
    changes.save(session_, writer);
    auto const outcome = session_.commit();
    if (outcome != postgres_session::outcome::committed) {
        session_.roll_back();
        purged_ = now - purge_period + purge_retry;
        return outcome == postgres_session::outcome::failed;
    }
    for (auto const& one : gone)
        links_.remove(*one);
    agents_.forget_breaks(now - options_.break_history);
    // There may be more than one transaction takes away.
    if (rows == 0) purged_ = now;
    return true;
}

void postgres_housekeeping::trim(std::int64_t writer) {
    postgres_session::parameters self;
    session_.run(touch_writer, self.add(writer));
    session_.run(trim_changes);
    session_.run(trim_writers);
    if (session_.has_failed()) session_.clear_failure();
}

} // namespace sluice::gateway::tables
