// Breaks that are to begin or end later, in the SQLite file: what survives a restart of a delayed
// setAgentBreak. The backend's writing thread (at start the main thread).
#pragma once

#include "gateway/tables/agent.hpp"
#include "gateway/tables/sqlite_database.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sluice::gateway::tables {

class sqlite_planned_breaks {
  public:
    explicit sqlite_planned_breaks(sqlite_database& in);

    // Inside a transaction. `planned.at` is when it is due.
    void add(break_change const& planned);
    std::size_t count(std::string_view account, std::string_view cli);
    // How many there were.
    std::size_t remove_all(std::string_view account, std::string_view cli);
    // In the order of their times and, of one time, as they were planned.
    std::vector<break_change> list(std::string_view account, std::string_view cli);

    // Takes out what is due at `now`, at most `most`, in the order of their times and, of one
    // time, as they were planned: of one agent, or of all.
    std::vector<break_change> take_due(std::string_view account, std::string_view cli,
                                       wall_time now, std::size_t most);
    std::vector<break_change> take_due(wall_time now, std::size_t most);

    // When the first of all is due.
    std::optional<wall_time> next();

  private:
    std::vector<break_change> read(sqlite_statement& found, std::vector<std::int64_t>* ids);
    std::vector<break_change> take(sqlite_statement& found);

    sqlite_statement add_, count_, remove_all_, of_agent_, due_of_agent_, due_, remove_, next_;
};

} // namespace sluice::gateway::tables
