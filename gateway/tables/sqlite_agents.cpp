#include "gateway/tables/sqlite_agents.hpp"

namespace sluice::gateway::tables {

sqlite_agents::sqlite_agents(sqlite_database& in, agent_map& memory)
    : database_(in)
    , memory_(memory)
    , planned_(in)
    , known_(in, "SELECT 1 FROM agents WHERE account = ? AND cli = ?")
    , last_(in, "SELECT id, started, ended FROM breaks WHERE account = ? AND cli = ? "
                "ORDER BY started DESC, id DESC LIMIT 1")
    , open_(in, "SELECT account, cli FROM breaks WHERE ended IS NULL")
    , begin_(in, "INSERT INTO breaks (account, cli, started, source) VALUES (?, ?, ?, ?)")
    , end_(in, "UPDATE breaks SET ended = ? WHERE id = ?")
    , add_(in, "INSERT INTO agents (account, cli, added) VALUES (?, ?, ?) "
               "ON CONFLICT (account, cli) DO NOTHING")
    , remove_(in, "DELETE FROM agents WHERE account = ? AND cli = ?")
    , purge_(in, "DELETE FROM breaks WHERE ended < ?") {}

bool sqlite_agents::load() {
    sqlite_statement agents(database_, "SELECT account, cli FROM agents");
    while (agents.next())
        memory_.add(agents.text(0), agents.text(1));
    sqlite_statement breaks(database_, "SELECT account, cli, started, ended, source FROM breaks "
                                       "ORDER BY account, cli, started, id");
    bool is_whole = true;
    while (breaks.next()) {
        auto const source = to_break_source(breaks.text(4));
        if (!source) {
            is_whole = false;
            continue;
        }
        agent_break one{to_time(breaks.integer(2)), std::nullopt, *source};
        if (!breaks.is_null(3)) one.end = to_time(breaks.integer(3));
        memory_.begin_break(breaks.text(0), breaks.text(1), one);
    }
    return is_whole;
}

bool sqlite_agents::is_known(std::string_view account, std::string_view cli) {
    if (auto const state = memory_.find(account, cli); state && state->is_configured) return true;
    // Not memory: the agent may have been added or removed in this transaction.
    bool const is_added = known_.bind(account).bind(cli).next();
    known_.reset();
    return is_added;
}

std::optional<sqlite_agents::last_break> sqlite_agents::find_last(std::string_view account,
                                                                  std::string_view cli) {
    std::optional<last_break> found;
    if (last_.bind(account).bind(cli).next()) {
        found = last_break{{to_time(last_.integer(1)), std::nullopt, {}}, last_.integer(0)};
        if (!last_.is_null(2)) found->end = to_time(last_.integer(2));
    }
    last_.reset();
    return found;
}

change_outcome sqlite_agents::carry_out(break_change const& wanted, break_changes& made) {
    auto const last = find_last(wanted.account, wanted.cli);
    auto const when = change_time(last, wanted.on_break, wanted.at);
    if (!when) return change_outcome::unchanged;
    if (wanted.on_break) {
        begin_.bind(wanted.account).bind(wanted.cli).bind(to_integer(*when));
        begin_.bind(to_string(wanted.source)).run();
    } else {
        end_.bind(to_integer(*when)).bind(last->id).run();
    }
    made.push_back(wanted);
    made.back().at = *when;
    return change_outcome::changed;
}

result<change_outcome> sqlite_agents::set_break(break_change const& wanted, break_changes& made) {
    if (!is_known(wanted.account, wanted.cli)) return errc::unknown_agent;
    auto const due = planned_.take_due(wanted.account, wanted.cli, wanted.at, max_planned_breaks);
    for (auto const& one : due)
        carry_out(one, made);
    planned_.remove_all(wanted.account, wanted.cli);
    return carry_out(wanted, made);
}

result<change_outcome> sqlite_agents::plan_break(break_change const& planned) {
    if (!is_known(planned.account, planned.cli)) return errc::unknown_agent;
    if (planned_.count(planned.account, planned.cli) >= max_planned_breaks) {
        return errc::too_many_plans;
    }
    planned_.add(planned);
    return change_outcome::changed;
}

void sqlite_agents::settle_breaks(wall_time now, break_changes& made) {
    for (auto const& one : planned_.take_due(now, max_settled_at_once)) {
        if (is_known(one.account, one.cli)) carry_out(one, made);
    }
    break_changes gone;
    while (open_.next()) {
        break_change one;
        one.account = open_.text(0);
        one.cli = open_.text(1);
        one.at = now;
        gone.push_back(std::move(one));
    }
    for (auto const& one : gone) {
        if (!is_known(one.account, one.cli)) carry_out(one, made);
    }
}

result<change_outcome> sqlite_agents::add(std::string_view account, std::string_view cli,
                                          wall_time at, std::uint64_t max_agents) {
    if (is_known(account, cli)) return change_outcome::unchanged;
    if (memory_.size() >= max_agents) return errc::table_full;
    add_.bind(account).bind(cli).bind(to_integer(at)).run();
    return change_outcome::changed;
}

sqlite_agents::removal sqlite_agents::remove(std::string_view account, std::string_view cli,
                                             wall_time at) {
    if (remove_.bind(account).bind(cli).run() == 0) return {};
    removal gone{true, {}};
    auto const state = memory_.find(account, cli);
    // One that stands in the configuration too is still an agent.
    bool const stays = state && state->is_configured;
    if (stays) return gone;
    planned_.remove_all(account, cli);
    carry_out({std::string(account), std::string(cli), false, at}, gone.ended);
    return gone;
}

void sqlite_agents::purge(wall_time ended_before) {
    purge_.bind(to_integer(ended_before)).run();
}

} // namespace sluice::gateway::tables
