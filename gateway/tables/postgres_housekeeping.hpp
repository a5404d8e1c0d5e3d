// What the tables in PostgreSQL are kept small by: links and breaks that are too old, answers past
// their time, changes that every gateway has read. Each gateway does it; who comes second finds
// nothing. The writing thread, between its transactions.
#pragma once

#include "gateway/tables/agent_map.hpp"
#include "gateway/tables/link_map.hpp"
#include "gateway/tables/postgres_session.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>

namespace sluice::gateway::tables {

// A writer that is heard of is not forgotten; also the least that a transaction can commit.
inline constexpr postgres_statement touch_writer{
    "tables_touch_writer", "UPDATE sluice.table_writer SET at = now() WHERE id = $1::bigint"};

class postgres_housekeeping {
  public:
    struct options {
        std::chrono::milliseconds link_history;
        std::chrono::milliseconds break_history;
        wall_time now; // at the start
    };

    postgres_housekeeping(postgres_session& in, link_map& links, agent_map& agents,
                          options const& how)
        : session_(in)
        , links_(links)
        , agents_(agents)
        , options_(how)
        , now_(how.now) {}

    // The time as calls bring it. Any thread.
    void note(wall_time now) { now_.store(now, std::memory_order_relaxed); }

    // Once a day, and at the start. False: something was purged and nobody knows whether that was
    // committed, so that memory is to be read anew.
    bool purge_if_due(std::int64_t writer);
    // Changes and writers that are past their time, by the server's clock.
    void trim(std::int64_t writer);

  private:
    bool purge(wall_time now, std::int64_t writer);

    postgres_session& session_;
    link_map& links_;
    agent_map& agents_;
    options options_;
    std::atomic<wall_time> now_;
    wall_time purged_ = wall_time::min();
};

} // namespace sluice::gateway::tables
