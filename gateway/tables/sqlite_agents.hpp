// Agents and their breaks in the SQLite file. The backend's writing thread (at start the main
// thread).
#pragma once

#include "gateway/tables/agent_map.hpp"
#include "gateway/tables/error.hpp"
#include "gateway/tables/sqlite_database.hpp"
#include "gateway/tables/sqlite_planned_breaks.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace sluice::gateway::tables {

class sqlite_agents {
  public:
    sqlite_agents(sqlite_database& in, agent_map& memory);

    // Everything into memory. False where a row cannot be one of ours.
    bool load();

    // All below inside a transaction; `made` is what it is published with.
    // Carries out before it what was planned for the agent and is due; what is planned for later is
    // taken back. Error: unknown_agent.
    result<change_outcome> set_break(break_change const& wanted, break_changes& made);
    // Errors: unknown_agent, too_many_plans.
    result<change_outcome> plan_break(break_change const& planned);
    // Carries out what is due, and ends the breaks of agents that are gone.
    void settle_breaks(wall_time now, break_changes& made);
    std::vector<break_change> list_planned(std::string_view account, std::string_view cli) {
        return planned_.list(account, cli);
    }
    std::size_t cancel_planned(std::string_view account, std::string_view cli) {
        return planned_.remove_all(account, cli);
    }
    std::optional<wall_time> next_planned() { return planned_.next(); }
    // Unchanged where the account has it. Error: table_full.
    result<change_outcome> add(std::string_view account, std::string_view cli, wall_time at,
                               std::uint64_t max_agents);
    // Whether the agent was there; an open break ends.
    struct removal {
        bool was_there = false;
        break_changes ended;
    };
    removal remove(std::string_view account, std::string_view cli, wall_time at);
    // Takes away the breaks that ended before.
    void purge(wall_time ended_before);

  private:
    struct last_break : agent_break {
        std::int64_t id = 0;
    };

    bool is_known(std::string_view account, std::string_view cli);
    std::optional<last_break> find_last(std::string_view account, std::string_view cli);
    change_outcome carry_out(break_change const& wanted, break_changes& made);

    sqlite_database& database_;
    agent_map& memory_;
    sqlite_planned_breaks planned_;
    sqlite_statement known_, last_, open_, begin_, end_, add_, remove_, purge_;
};

} // namespace sluice::gateway::tables
