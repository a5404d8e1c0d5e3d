// Agents and their breaks in PostgreSQL: what one transaction looks at and changes, as values
// between reading and writing, and the rules over them. Made anew for each attempt; the writing
// thread.
#pragma once

#include "gateway/tables/agent_map.hpp"
#include "gateway/tables/error.hpp"
#include "gateway/tables/postgres_changes.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace sluice::gateway::tables {

// One agent as far as a change needs it.
struct agent_facts {
    template <class T>
    struct row {
        std::int64_t id = 0; // 0: not kept yet
        T what;
    };

    std::optional<wall_time> added;       // none: it was not, or was removed
    std::vector<row<agent_break>> breaks; // from the last start that is kept on
    std::vector<row<break_change>> plans; // in the order of their times, then as planned

    std::optional<agent_break> last() const;
    // Changes that begin or end a break now.
    change_outcome carry_out(break_change const& wanted);
    // Carries out before it what was planned and is due; what is planned for later is taken back.
    change_outcome set_break(break_change const& wanted);
    void plan(break_change const& planned);
};

class postgres_agents {
  public:
    explicit postgres_agents(agent_map const& memory)
        : memory_(memory) {}

    void want(table_subject const& agent) { agents_.try_emplace(agent); }
    void add_locks(std::vector<std::int32_t>& to) const;
    void load(postgres_session& from);

    agent_facts const& find(table_subject const& agent) const { return agents_.at(agent).now; }
    void put(table_subject const& agent, agent_facts now) {
        agents_.at(agent).now = std::move(now);
    }
    bool is_configured(table_subject const& agent) const;
    bool is_known(table_subject const& agent) const;
    // Carries out what is due of these agents, as much as suits one transaction; tells of which.
    std::vector<table_subject> settle(std::vector<table_subject> const& of, wall_time now);

    // Whether the plans changed.
    bool save(postgres_session& to, table_changes& changes);

  private:
    struct entry {
        agent_facts before, now;
    };

    void save_agents(postgres_session& to) const;
    void save_breaks(postgres_session& to) const;
    bool save_plans(postgres_session& to) const;

    agent_map const& memory_;
    std::map<table_subject, entry> agents_;
};

// What memory shows of breaks from `since` on.
struct shown_breaks {
    wall_time since = wall_time::max();
    std::vector<agent_break> breaks;
};
shown_breaks shown(agent_facts const& of);

// Agents with a change that is due, and with an open break.
std::vector<table_subject> read_due_agents(postgres_session& from, wall_time now);
std::vector<table_subject> read_agents_on_break(postgres_session& from);
std::optional<wall_time> read_next_plan(postgres_session& from);
// Takes away some of the breaks that ended before; how many.
std::uint64_t purge_breaks(postgres_session& in, wall_time ended_before);

} // namespace sluice::gateway::tables
