#include "gateway/tables/postgres_agents.hpp"

#include "gateway/tables/time_column.hpp"

#include <algorithm>

namespace sluice::gateway::tables {

namespace {

constexpr postgres_statement read_added{
    "tables_read_agents", "SELECT a.account, a.cli, a.added "
                          "FROM unnest($1::text[], $2::bytea[]) AS w(account, cli) "
                          "JOIN sluice.agent a ON a.account = w.account AND a.cli = w.cli"};
// Those that began and ended at the last one's start stand beside it.
constexpr postgres_statement read_last_breaks{
    "tables_read_last_breaks",
    "SELECT b.account, b.cli, b.id, b.started, b.ended, b.source "
    "FROM unnest($1::text[], $2::bytea[]) AS w(account, cli) CROSS JOIN LATERAL "
    "(SELECT max(started) AS started FROM sluice.agent_break b "
    "WHERE b.account = w.account AND b.cli = w.cli) AS newest "
    "JOIN sluice.agent_break b ON b.account = w.account AND b.cli = w.cli "
    "AND b.started = newest.started ORDER BY b.account, b.cli, b.id"};
constexpr postgres_statement read_plans{
    "tables_read_plans",
    "SELECT p.account, p.cli, id, due, on_break, source "
    "FROM unnest($1::text[], $2::bytea[]) AS w(account, cli) "
    "JOIN sluice.planned_break p ON p.account = w.account AND p.cli = w.cli ORDER BY due, id"};
constexpr postgres_statement add_agents{
    "tables_add_agents", "INSERT INTO sluice.agent (account, cli, added) "
                         "SELECT * FROM unnest($1::text[], $2::bytea[], $3::bigint[])"};
constexpr postgres_statement remove_agents{
    "tables_remove_agents", "DELETE FROM sluice.agent a "
                            "USING unnest($1::text[], $2::bytea[]) AS w(account, cli) "
                            "WHERE a.account = w.account AND a.cli = w.cli"};
constexpr postgres_statement end_breaks{"tables_end_breaks",
                                        "UPDATE sluice.agent_break b SET ended = w.ended "
                                        "FROM unnest($1::bigint[], $2::bigint[]) AS w(id, ended) "
                                        "WHERE b.id = w.id"};
constexpr postgres_statement insert_breaks{
    "tables_insert_breaks",
    "INSERT INTO sluice.agent_break (account, cli, started, ended, source) "
    "SELECT account, cli, started, ended, source FROM unnest($1::text[], $2::bytea[], "
    "$3::bigint[], $4::bigint[], $5::text[]) WITH ORDINALITY "
    "AS w(account, cli, started, ended, source, n) ORDER BY n"};
constexpr postgres_statement insert_plans{
    "tables_insert_plans",
    "INSERT INTO sluice.planned_break (account, cli, due, on_break, source) "
    "SELECT account, cli, due, on_break = 1, source FROM unnest($1::text[], $2::bytea[], "
    "$3::bigint[], $4::bigint[], $5::text[]) WITH ORDINALITY "
    "AS w(account, cli, due, on_break, source, n) ORDER BY n"};
constexpr postgres_statement remove_plans{
    "tables_remove_plans", "DELETE FROM sluice.planned_break WHERE id = ANY ($1::bigint[])"};
constexpr postgres_statement due_agents{"tables_due_agents",
                                        "SELECT DISTINCT account, cli FROM (SELECT account, cli "
                                        "FROM sluice.planned_break WHERE due <= $1::bigint "
                                        "ORDER BY due, id LIMIT $2::bigint) AS p"};
constexpr postgres_statement open_breaks{
    "tables_open_breaks", "SELECT account, cli FROM sluice.agent_break WHERE ended IS NULL"};
constexpr postgres_statement next_plan{"tables_next_plan",
                                       "SELECT min(due) FROM sluice.planned_break"};
constexpr postgres_statement purge_some_breaks{
    "tables_purge_breaks", "DELETE FROM sluice.agent_break WHERE id IN "
                           "(SELECT id FROM sluice.agent_break WHERE ended < $1::bigint "
                           "LIMIT 5000 FOR UPDATE SKIP LOCKED)"};

table_subject subject_of(postgres_session::rows const& rows, std::size_t row) {
    return {std::string(rows.text(row, 0)), rows.bytes(row, 1)};
}

std::vector<table_subject> subjects_of(postgres_session::rows const& rows) {
    std::vector<table_subject> all;
    for (std::size_t i = 0; i < rows.size(); ++i)
        all.push_back(subject_of(rows, i));
    return all;
}

break_source source_of(std::string_view text) {
    // The schema lets no third one in.
    return to_break_source(text).value_or(break_source::webhook);
}

} // namespace

// --- rules --------------------------------------------------------------------------------------

std::optional<agent_break> agent_facts::last() const {
    return breaks.empty() ? std::nullopt : std::optional(breaks.back().what);
}

change_outcome agent_facts::carry_out(break_change const& wanted) {
    auto const when = change_time(last(), wanted.on_break, wanted.at);
    if (!when) return change_outcome::unchanged;
    if (wanted.on_break) {
        breaks.push_back({0, {*when, std::nullopt, wanted.source}});
    } else {
        breaks.back().what.end = *when;
    }
    return change_outcome::changed;
}

change_outcome agent_facts::set_break(break_change const& wanted) {
    for (auto const& plan : plans) {
        if (plan.what.at <= wanted.at) carry_out(plan.what);
    }
    plans.clear();
    return carry_out(wanted);
}

void agent_facts::plan(break_change const& planned) {
    auto const after = std::ranges::upper_bound(plans, planned.at, {},
                                                [](auto const& each) { return each.what.at; });
    plans.insert(after, {0, planned});
}

bool postgres_agents::is_configured(table_subject const& agent) const {
    auto const state = memory_.find(agent.account, agent.name);
    return state && state->is_configured;
}

bool postgres_agents::is_known(table_subject const& agent) const {
    return is_configured(agent) || find(agent).added;
}

std::vector<table_subject> postgres_agents::settle(std::vector<table_subject> const& of,
                                                   wall_time now) {
    std::vector<break_change> due;
    for (auto const& agent : of) {
        for (auto const& plan : find(agent).plans) {
            if (plan.what.at <= now) due.push_back(plan.what);
        }
    }
    std::ranges::stable_sort(due, {}, &break_change::at);
    if (due.size() > max_settled_at_once) due.resize(max_settled_at_once);
    std::vector<table_subject> changed;
    for (auto const& one : due) {
        table_subject const agent{one.account, one.cli};
        auto& facts = agents_.at(agent).now;
        facts.plans.erase(facts.plans.begin()); // of one agent they are in order
        if (!is_known(agent)) continue;
        if (facts.carry_out(one) == change_outcome::changed) changed.push_back(agent);
    }
    return changed;
}

shown_breaks shown(agent_facts const& of) {
    shown_breaks all;
    for (auto const& each : of.breaks)
        all.breaks.push_back(each.what);
    if (!all.breaks.empty()) all.since = all.breaks.front().start;
    return all;
}

// --- reading ------------------------------------------------------------------------------------

void postgres_agents::add_locks(std::vector<std::int32_t>& to) const {
    for (auto const& [agent, each] : agents_)
        to.push_back(stripe_of("agent", agent));
}

void postgres_agents::load(postgres_session& from) {
    if (agents_.empty()) return;
    subject_columns wanted;
    for (auto const& [agent, each] : agents_)
        wanted.add(agent);
    auto const values = wanted.parameters();
    auto const added = from.run(read_added, values);
    for (std::size_t i = 0; i < added.size(); ++i)
        agents_.at(subject_of(added, i)).before.added = to_time(added.number(i, 2));
    auto const breaks = from.run(read_last_breaks, values);
    for (std::size_t i = 0; i < breaks.size(); ++i) {
        agent_break one{to_time(breaks.number(i, 3)), std::nullopt, source_of(breaks.text(i, 5))};
        if (!breaks.is_null(i, 4)) one.end = to_time(breaks.number(i, 4));
        agents_.at(subject_of(breaks, i)).before.breaks.push_back({breaks.number(i, 2), one});
    }
    auto const plans = from.run(read_plans, values);
    for (std::size_t i = 0; i < plans.size(); ++i) {
        auto const agent = subject_of(plans, i);
        break_change one{agent.account, agent.name, plans.text(i, 4) == "t",
                         to_time(plans.number(i, 3)), source_of(plans.text(i, 5))};
        agents_.at(agent).before.plans.push_back({plans.number(i, 2), std::move(one)});
    }
    for (auto& [agent, each] : agents_)
        each.now = each.before;
}

// --- writing ------------------------------------------------------------------------------------

void postgres_agents::save_agents(postgres_session& to) const {
    subject_columns added, gone;
    postgres_column times(element::big);
    for (auto const& [agent, each] : agents_) {
        if (each.now.added && !each.before.added) {
            added.add(agent);
            times.add(to_integer(*each.now.added));
        }
        if (!each.now.added && each.before.added) gone.add(agent);
    }
    if (times.size() > 0) to.run(add_agents, added.parameters().add_bytes(times.binary()));
    if (gone.names.size() > 0) to.run(remove_agents, gone.parameters());
}

void postgres_agents::save_breaks(postgres_session& to) const {
    postgres_column ended_ids(element::big), ends(element::big);
    subject_columns whose;
    postgres_column started(element::big), ended(element::big), sources(element::text);
    for (auto const& [agent, each] : agents_) {
        for (auto const& [id, one] : each.now.breaks) {
            if (id != 0) {
                // Only the last that is kept may be open.
                auto const& before = each.before.breaks.back();
                bool const is_ended = id == before.id && one.end && !before.what.end;
                if (!is_ended) continue;
                ended_ids.add(id);
                ends.add(to_integer(*one.end));
                continue;
            }
            whose.add(agent);
            started.add(to_integer(one.start));
            one.end ? ended.add(to_integer(*one.end)) : ended.add_null();
            sources.add(to_string(one.source));
        }
    }
    // The old one ends before a new one is open.
    if (ended_ids.size() > 0) {
        postgres_session::parameters values;
        to.run(end_breaks, values.add_bytes(ended_ids.binary()).add_bytes(ends.binary()));
    }
    if (started.size() > 0) {
        auto values = whose.parameters();
        values.add_bytes(started.binary()).add_bytes(ended.binary()).add_bytes(sources.binary());
        to.run(insert_breaks, values);
    }
}

bool postgres_agents::save_plans(postgres_session& to) const {
    postgres_column gone(element::big);
    subject_columns whose;
    postgres_column due(element::big), on(element::big), sources(element::text);
    for (auto const& [agent, each] : agents_) {
        for (auto const& [id, plan] : each.before.plans) {
            bool const stays = std::ranges::find(each.now.plans, id, [](auto const& one) {
                                   return one.id;
                               }) != each.now.plans.end();
            if (!stays) gone.add(id);
        }
        for (auto const& [id, plan] : each.now.plans) {
            if (id != 0) continue;
            whose.add(agent);
            due.add(to_integer(plan.at));
            on.add(std::int64_t{plan.on_break ? 1 : 0});
            sources.add(to_string(plan.source));
        }
    }
    if (gone.size() > 0) {
        postgres_session::parameters values;
        to.run(remove_plans, values.add_bytes(gone.binary()));
    }
    if (due.size() > 0) {
        auto values = whose.parameters();
        values.add_bytes(due.binary()).add_bytes(on.binary()).add_bytes(sources.binary());
        to.run(insert_plans, values);
    }
    return gone.size() + due.size() > 0;
}

bool postgres_agents::save(postgres_session& to, table_changes& changes) {
    if (agents_.empty()) return false;
    save_agents(to);
    save_breaks(to);
    bool const has_other_plans = save_plans(to);
    if (has_other_plans) changes.add(table_kind::plans, {});
    for (auto const& [agent, each] : agents_) {
        auto const [since, now] = shown(each.now);
        bool const is_changed = now != shown(each.before).breaks ||
                                each.now.added.has_value() != each.before.added.has_value();
        if (is_changed) changes.add(table_kind::agent, agent, to_integer(since));
    }
    return has_other_plans;
}

// --- all agents ---------------------------------------------------------------------------------

std::vector<table_subject> read_due_agents(postgres_session& from, wall_time now) {
    postgres_session::parameters values;
    values.add(to_integer(now)).add(static_cast<std::int64_t>(max_settled_at_once));
    return subjects_of(from.run(due_agents, values));
}

std::vector<table_subject> read_agents_on_break(postgres_session& from) {
    return subjects_of(from.run(open_breaks));
}

std::optional<wall_time> read_next_plan(postgres_session& from) {
    auto const rows = from.run(next_plan);
    if (rows.size() == 0 || rows.is_null(0, 0)) return std::nullopt;
    return to_time(rows.number(0, 0));
}

std::uint64_t purge_breaks(postgres_session& in, wall_time ended_before) {
    postgres_session::parameters values;
    return in.run(purge_some_breaks, values.add(to_integer(ended_before))).affected();
}

} // namespace sluice::gateway::tables
