#include "gateway/tables/postgres_reader.hpp"

#include "gateway/tables/postgres_agents.hpp"
#include "gateway/tables/postgres_links.hpp"
#include "gateway/tables/postgres_users.hpp"
#include "gateway/tables/time_column.hpp"

#include <algorithm>
#include <map>

namespace sluice::gateway::tables {

namespace {

// Of one piece. More changes than max_news are not read one by one.
constexpr std::int64_t page_size = 2'000;
constexpr std::size_t max_news = 100'000;
// Changes are kept for twice as long (postgres_housekeeping).
constexpr std::chrono::minutes longest_absence{5};

constexpr postgres_statement read_snapshot{"tables_snapshot", "SELECT pg_current_snapshot()::text"};
// A snapshot and, of the same moment, what became visible since the one before.
constexpr postgres_statement read_changes{
    "tables_changes",
    "SELECT pg_current_snapshot()::text, (SELECT NOT pg_visible_in_snapshot(xid, "
    "$1::pg_snapshot) FROM sluice.table_horizon), c.kind, c.account, c.subject, c.since "
    "FROM (SELECT 1) AS one LEFT JOIN (SELECT kind, u.account, u.subject, min(since) AS since "
    "FROM sluice.table_change t, unnest(t.accounts, t.subjects) AS u(account, subject) "
    "WHERE t.xid >= pg_snapshot_xmin($1::pg_snapshot) "
    "AND NOT pg_visible_in_snapshot(t.xid, $1::pg_snapshot) AND t.writer <> $2::bigint "
    "GROUP BY 1, 2, 3 LIMIT $3::bigint) AS c ON true"};
constexpr postgres_statement clicks_of_codes{
    "tables_clicks_of_codes",
    "SELECT c.code, c.clicks, d.day, d.clicks FROM sluice.link_clicks c "
    "LEFT JOIN sluice.link_day d ON d.code = c.code AND d.day >= $2::bigint "
    "WHERE c.code = ANY ($1::text[]) ORDER BY c.code, d.day"};
constexpr postgres_statement added_agents{
    "tables_added_agents", "SELECT a.account, a.cli "
                           "FROM unnest($1::text[], $2::bytea[]) AS w(account, cli) "
                           "JOIN sluice.agent a ON a.account = w.account AND a.cli = w.cli"};
constexpr postgres_statement breaks_of_agents{
    "tables_breaks_of_agents",
    "SELECT b.account, b.cli, b.started, b.ended, b.source "
    "FROM unnest($1::text[], $2::bytea[]) AS w(account, cli) "
    "JOIN sluice.agent_break b ON b.account = w.account AND b.cli = w.cli "
    "AND b.started >= $3::bigint ORDER BY b.account, b.cli, b.started, b.id"};

constexpr postgres_statement answers_of_keys{
    "tables_answers_of_keys", "SELECT key, request, kept, id FROM sluice.kept_answer "
                              "WHERE key = ANY ($1::bytea[]) ORDER BY id"};
constexpr postgres_statement page_of_answers{
    "tables_page_answers", "SELECT key, request, kept, id FROM sluice.kept_answer "
                           "WHERE id > $1::bigint ORDER BY id LIMIT $2::bigint"};

constexpr postgres_statement pages[] = {
    {"tables_page_links", "SELECT '', code::bytea FROM sluice.link "
                          "WHERE code > convert_from($2::bytea, 'UTF8') AND $1::text = '' "
                          "ORDER BY code LIMIT $3::bigint"},
    {"tables_page_persons", "SELECT account, contact FROM sluice.user_key "
                            "WHERE (account, contact) > ($1::text, $2::bytea) "
                            "GROUP BY 1, 2 ORDER BY 1, 2 LIMIT $3::bigint"},
    {"tables_page_agents", "SELECT account, cli FROM sluice.agent "
                           "WHERE (account, cli) > ($1::text, $2::bytea) "
                           "ORDER BY 1, 2 LIMIT $3::bigint"},
    {"tables_page_breaks", "SELECT account, cli FROM sluice.agent_break "
                           "WHERE (account, cli) > ($1::text, $2::bytea) "
                           "GROUP BY 1, 2 ORDER BY 1, 2 LIMIT $3::bigint"},
};

table_subject subject_at(postgres_session::rows const& rows, std::size_t row, std::size_t column) {
    return {std::string(rows.text(row, column)), rows.bytes(row, column + 1)};
}

postgres_session::parameters codes_parameter(postgres_column& codes,
                                             std::vector<table_subject> const& of) {
    for (auto const& each : of)
        codes.add(each.name);
    postgres_session::parameters values;
    values.add_bytes(codes.binary());
    return values;
}

call_hash hash_at(postgres_session::rows const& rows, std::size_t row, std::size_t column) {
    auto const bytes = rows.bytes(row, column);
    call_hash hash{};
    std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
    return hash;
}

// Without the answer itself, which is asked for when somebody comes with the key.
call_key call_at(postgres_session::rows const& rows, std::size_t row) {
    return {hash_at(rows, row, 0), hash_at(rows, row, 1), to_time(rows.number(row, 2))};
}

template <class Found>
std::vector<table_subject> not_seen(std::set<table_subject> const& seen, Found const& in_memory) {
    std::vector<table_subject> rest;
    for (auto const& [account, name] : in_memory) {
        table_subject one{account, name};
        if (!seen.contains(one)) rest.push_back(std::move(one));
    }
    return rest;
}

} // namespace

// --- everything ---------------------------------------------------------------------------------

void postgres_reader::begin() {
    must_begin_ = true;
    auto const rows = session_.run(read_snapshot);
    if (rows.size() == 0) return;
    must_begin_ = false;
    is_first_ = snapshot_.empty();
    snapshot_ = rows.text(0, 0);
    table_ = table::links;
    last_ = {};
    last_answer_ = 0;
    seen_links_.clear();
    seen_persons_.clear();
    seen_agents_.clear();
}

bool postgres_reader::step() {
    if (table_ == table::none) return false;
    if (table_ == table::rest) {
        read_plans();
        if (!is_first_) sweep();
        if (session_.has_failed()) return true;
        table_ = table::none;
        for (auto* const seen : {&seen_links_, &seen_persons_, &seen_agents_})
            seen->clear();
        return false;
    }
    if (table_ == table::answers) return step_answers();
    auto const& statement = pages[static_cast<std::size_t>(table_)];
    postgres_session::parameters values;
    values.add(last_.account).add_bytes(last_.name).add(page_size);
    auto const rows = session_.run(statement, values);
    subjects page;
    for (std::size_t i = 0; i < rows.size(); ++i)
        page.push_back(subject_at(rows, i, 0));
    step_table(page);
    if (session_.has_failed()) return true;
    bool const is_last = page.size() < static_cast<std::size_t>(page_size);
    last_ = is_last ? table_subject() : page.back();
    if (is_last) table_ = static_cast<table>(static_cast<int>(table_) + 1);
    return true;
}

bool postgres_reader::step_answers() {
    postgres_session::parameters values;
    auto const rows = session_.run(page_of_answers, values.add(last_answer_).add(page_size));
    if (session_.has_failed()) return true;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto const call = call_at(rows, i);
        if (!memory_.answers.has(call)) memory_.answers.put(call, nullptr);
        last_answer_ = rows.number(i, 3);
    }
    if (rows.size() < static_cast<std::size_t>(page_size)) table_ = table::rest;
    return true;
}

void postgres_reader::step_table(subjects const& page) {
    if (page.empty()) return;
    if (table_ == table::links) {
        read_links(page);
        read_clicks(page, since_ever);
        if (!is_first_) seen_links_.insert(page.begin(), page.end());
    } else if (table_ == table::persons) {
        read_persons(page);
        if (!is_first_) seen_persons_.insert(page.begin(), page.end());
    } else {
        read_agents(page, since_ever);
        if (!is_first_) seen_agents_.insert(page.begin(), page.end());
    }
}

// What memory has and no piece had is asked for by name: it was made meanwhile, or is gone.
void postgres_reader::sweep() {
    std::vector<std::pair<std::string, std::string>> codes;
    for (auto const& code : memory_.links.codes())
        codes.emplace_back("", code.view());
    auto const in_pieces = [](subjects const& all, auto const& read) {
        for (std::size_t from = 0; from < all.size(); from += page_size) {
            auto const count = std::min<std::size_t>(page_size, all.size() - from);
            auto const begin = all.begin() + static_cast<std::ptrdiff_t>(from);
            read(subjects(begin, begin + static_cast<std::ptrdiff_t>(count)));
        }
    };
    in_pieces(not_seen(seen_links_, codes), [this](auto const& some) { read_links(some); });
    in_pieces(not_seen(seen_persons_, memory_.users.keys()),
              [this](auto const& some) { read_persons(some); });
    in_pieces(not_seen(seen_agents_, memory_.agents.keys()),
              [this](auto const& some) { read_agents(some, since_ever); });
}

// --- news ---------------------------------------------------------------------------------------

postgres_reader::news postgres_reader::read_news(std::int64_t writer, std::string& snapshot,
                                                 bool& is_too_late) {
    postgres_session::parameters values;
    values.add(snapshot_).add(writer).add(static_cast<std::int64_t>(max_news + 1));
    auto const rows = session_.run(read_changes, values);
    news found;
    if (rows.size() == 0) return found;
    snapshot = rows.text(0, 0);
    is_too_late = rows.text(0, 1) == "t";
    if (rows.is_null(0, 2)) return found;
    found.count = rows.size();
    auto const earlier = [](std::int64_t& least, std::int64_t since, bool is_first) {
        least = is_first ? since : std::min(least, since);
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto subject = subject_at(rows, i, 3);
        auto const since = rows.number(i, 5);
        switch (static_cast<table_kind>(rows.number(i, 2))) {
        case table_kind::link:
            found.links.push_back(std::move(subject));
            break;
        case table_kind::clicks:
            earlier(found.clicks_since, since, found.clicks.empty());
            found.clicks.push_back(std::move(subject));
            break;
        case table_kind::person:
            found.persons.push_back(std::move(subject));
            break;
        case table_kind::agent:
            earlier(found.breaks_since, since, found.agents.empty());
            found.agents.push_back(std::move(subject));
            break;
        case table_kind::plans:
            found.has_plans = true;
            break;
        case table_kind::answer:
            found.answers.push_back(std::move(subject));
            break;
        }
    }
    return found;
}

void postgres_reader::poll(std::int64_t writer, std::chrono::steady_clock::time_point now) {
    std::string snapshot;
    bool is_too_late = false;
    auto const found = read_news(writer, snapshot, is_too_late);
    if (session_.has_failed()) return;
    bool const was_away = polled_ && now - *polled_ > longest_absence;
    if (must_begin_ || is_too_late || was_away || found.count > max_news) {
        begin();
        if (!session_.has_failed()) polled_ = now;
        return;
    }
    read_links(found.links);
    read_clicks(found.links, since_ever);
    read_clicks(found.clicks, found.clicks_since);
    read_persons(found.persons);
    read_agents(found.agents, found.breaks_since);
    if (found.has_plans) read_plans();
    read_answers(found.answers);
    if (session_.has_failed()) return;
    snapshot_ = std::move(snapshot);
    polled_ = now;
}

// --- each kind ----------------------------------------------------------------------------------

void postgres_reader::read_links(subjects const& codes) {
    if (codes.empty()) return;
    postgres_column wanted(element::text);
    auto const rows = session_.run(links_by_code, codes_parameter(wanted, codes));
    if (session_.has_failed()) return;
    std::set<std::string, std::less<>> found;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto one = read_link(rows, i);
        if (!one) continue;
        found.emplace(one->code.view());
        memory_.links.put(std::move(one));
    }
    for (auto const& each : codes) {
        auto const code = link_code::parse(each.name);
        if (!code || found.contains(each.name)) continue;
        if (auto const gone = memory_.links.find(*code)) memory_.links.remove(*gone);
    }
}

void postgres_reader::read_clicks(subjects const& codes, std::int64_t since) {
    if (codes.empty()) return;
    postgres_column wanted(element::text);
    auto const rows = session_.run(clicks_of_codes, codes_parameter(wanted, codes).add(since));
    auto const first_day =
        static_cast<day_number>(std::max<std::int64_t>(since, std::numeric_limits<int>::min()));
    for (std::size_t i = 0; i < rows.size();) {
        auto const name = rows.text(i, 0);
        link_clicks kept{static_cast<std::uint64_t>(rows.number(i, 1)), {}};
        for (; i < rows.size() && rows.text(i, 0) == name; ++i) {
            if (rows.is_null(i, 2)) continue;
            kept.days.push_back({static_cast<day_number>(rows.number(i, 2)),
                                 static_cast<std::uint64_t>(rows.number(i, 3))});
        }
        auto const code = link_code::parse(name);
        if (code) memory_.links.refresh_clicks(*code, kept, first_day);
    }
}

void postgres_reader::read_persons(subjects const& persons) {
    if (persons.empty()) return;
    auto found = tables::read_persons(session_, persons);
    if (session_.has_failed()) return;
    for (auto const& person : persons) {
        auto const place = found.find(person);
        auto now = place == found.end()
                       ? nullptr
                       : std::make_shared<user_variables const>(std::move(place->second));
        memory_.users.put(person.account, person.name, std::move(now));
    }
}

void postgres_reader::read_agents(subjects const& agents, std::int64_t since) {
    if (agents.empty()) return;
    subject_columns wanted;
    for (auto const& agent : agents)
        wanted.add(agent);
    auto values = wanted.parameters();
    auto const added = session_.run(added_agents, values);
    auto const rows = session_.run(breaks_of_agents, values.add(since));
    if (session_.has_failed()) return;
    std::set<table_subject> known;
    for (std::size_t i = 0; i < added.size(); ++i)
        known.insert(subject_at(added, i, 0));
    std::map<table_subject, std::vector<agent_break>> breaks;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto const source = to_break_source(rows.text(i, 4)).value_or(break_source::webhook);
        agent_break one{to_time(rows.number(i, 2)), std::nullopt, source};
        if (!rows.is_null(i, 3)) one.end = to_time(rows.number(i, 3));
        breaks[subject_at(rows, i, 0)].push_back(one);
    }
    auto const from = since == since_ever ? wall_time::min() : to_time(since);
    for (auto const& agent : agents) {
        bool const is_added = known.contains(agent);
        is_added ? memory_.agents.add(agent.account, agent.name)
                 : memory_.agents.remove(agent.account, agent.name);
        memory_.agents.replace_breaks(agent.account, agent.name, from, breaks[agent]);
    }
}

void postgres_reader::read_answers(subjects const& keys) {
    if (keys.empty()) return;
    postgres_column wanted(element::bytes);
    auto const rows = session_.run(answers_of_keys, codes_parameter(wanted, keys));
    if (session_.has_failed()) return;
    for (auto const& each : keys) {
        call_hash key{};
        std::copy_n(each.name.begin(), std::min(each.name.size(), key.size()), key.begin());
        memory_.answers.remove(key);
    }
    for (std::size_t i = 0; i < rows.size(); ++i)
        memory_.answers.put(call_at(rows, i), nullptr);
}

void postgres_reader::read_plans() {
    auto const next = read_next_plan(session_);
    if (!session_.has_failed()) memory_.next_planned.store(next.value_or(queue::never));
}

} // namespace sluice::gateway::tables
