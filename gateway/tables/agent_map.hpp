// All agents and their breaks, in memory: what states and reports are answered from. A lock for
// each account. Any thread reads; the backend's writing thread alone changes breaks and added
// agents, whoever applies the configuration those that stand in it.
#pragma once

#include "gateway/tables/agent.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::gateway::tables {

class agent_map {
  public:
    std::vector<agent_state> agents(std::string_view account) const;
    std::optional<agent_state> find(std::string_view account, std::string_view cli) const;
    std::vector<agent_breaks> breaks(std::string_view account, wall_time from, wall_time to,
                                     std::optional<std::string_view> cli) const;
    // Agents, added or of the configuration.
    std::uint64_t size() const;
    // Account and number of all that anything is known of.
    std::vector<std::pair<std::string, std::string>> keys() const;

    void configure(std::vector<account_agents> const& all);
    void add(std::string_view account, std::string_view cli);
    void remove(std::string_view account, std::string_view cli);

    // A break that begins after all that are known of this agent, which are closed.
    void begin_break(std::string_view account, std::string_view cli, agent_break const& begun);
    // Ends the open one.
    void end_break(std::string_view account, std::string_view cli, wall_time end);
    // Puts these in the place of all that began at `since` or later.
    void replace_breaks(std::string_view account, std::string_view cli, wall_time since,
                        std::vector<agent_break> const& with);
    // Forgets breaks that ended before.
    void forget_breaks(wall_time ended_before);

  private:
    struct agent {
        bool is_configured = false;
        bool is_added = false;
        std::vector<agent_break> breaks; // in order, without overlap: only the last may be open

        bool is_known() const { return is_configured || is_added; }
    };
    struct team {
        mutable std::shared_mutex mutex;
        std::map<std::string, agent, std::less<>> agents;
    };

    static agent_state state_of(std::string const& cli, agent const& of);
    std::shared_ptr<team> find_team(std::string_view account) const;
    std::shared_ptr<team> make_team(std::string_view account);
    std::vector<std::shared_ptr<team>> teams() const;

    mutable std::shared_mutex mutex_; // of teams_ itself
    std::map<std::string, std::shared_ptr<team>, std::less<>> teams_;
};

} // namespace sluice::gateway::tables
