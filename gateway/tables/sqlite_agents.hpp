// Agents and their breaks in the SQLite file. The engine's writing thread (at start the main
// thread).
#pragma once

#include "gateway/tables/agent_map.hpp"
#include "gateway/tables/error.hpp"
#include "gateway/tables/sqlite_database.hpp"

#include <optional>
#include <string_view>

namespace sluice::gateway::tables {

class sqlite_agents {
  public:
    sqlite_agents(sqlite_database& in, agent_map& memory);

    // Everything into memory. False where a row cannot be one of ours.
    bool load();

    // Inside a transaction, before what it is published with. `at` is when it happened: never
    // before the agent's last change.
    struct decision {
        change_outcome outcome = change_outcome::unchanged;
        wall_time at{};
    };
    // Error: unknown_agent.
    result<decision> set_break(break_change const& change);
    // Unchanged where the account has it. Error: table_full.
    result<change_outcome> add(std::string_view account, std::string_view cli, wall_time at,
                               std::uint64_t max_agents);
    // Whether the agent was there; an open break ends, if it did at `ended`.
    struct removal {
        bool was_there = false;
        std::optional<wall_time> ended;
    };
    removal remove(std::string_view account, std::string_view cli, wall_time at);
    // Takes away the breaks that ended before.
    void purge(wall_time ended_before);

  private:
    struct last_break {
        std::int64_t id = 0;
        wall_time start{};
        std::optional<wall_time> end;
    };

    bool is_known(std::string_view account, std::string_view cli);
    std::optional<last_break> find_last(std::string_view account, std::string_view cli);
    wall_time end_break(last_break const& open, wall_time at);

    sqlite_database& database_;
    agent_map& memory_;
    sqlite_statement known_, last_, begin_, end_, add_, remove_, purge_;
};

} // namespace sluice::gateway::tables
