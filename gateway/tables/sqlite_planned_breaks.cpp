#include "gateway/tables/sqlite_planned_breaks.hpp"

namespace sluice::gateway::tables {

sqlite_planned_breaks::sqlite_planned_breaks(sqlite_database& in)
    : add_(in, "INSERT INTO planned_breaks (account, cli, due, on_break, source) "
               "VALUES (?, ?, ?, ?, ?)")
    , count_(in, "SELECT count(*) FROM planned_breaks WHERE account = ? AND cli = ?")
    , remove_all_(in, "DELETE FROM planned_breaks WHERE account = ? AND cli = ?")
    , of_agent_(in, "SELECT id, account, cli, due, on_break, source FROM planned_breaks "
                    "WHERE account = ? AND cli = ? ORDER BY due, id")
    , due_of_agent_(in, "SELECT id, account, cli, due, on_break, source FROM planned_breaks "
                        "WHERE account = ? AND cli = ? AND due <= ? ORDER BY due, id LIMIT ?")
    , due_(in, "SELECT id, account, cli, due, on_break, source FROM planned_breaks "
               "WHERE due <= ? ORDER BY due, id LIMIT ?")
    , remove_(in, "DELETE FROM planned_breaks WHERE id = ?")
    , next_(in, "SELECT due FROM planned_breaks ORDER BY due LIMIT 1") {}

void sqlite_planned_breaks::add(break_change const& planned) {
    add_.bind(planned.account).bind(planned.cli).bind(to_integer(planned.at));
    add_.bind(planned.on_break ? 1 : 0).bind(to_string(planned.source)).run();
}

std::size_t sqlite_planned_breaks::count(std::string_view account, std::string_view cli) {
    std::size_t found = 0;
    if (count_.bind(account).bind(cli).next()) {
        found = static_cast<std::size_t>(count_.integer(0));
    }
    count_.reset();
    return found;
}

std::size_t sqlite_planned_breaks::remove_all(std::string_view account, std::string_view cli) {
    return static_cast<std::size_t>(remove_all_.bind(account).bind(cli).run());
}

std::vector<break_change> sqlite_planned_breaks::list(std::string_view account,
                                                      std::string_view cli) {
    return read(of_agent_.bind(account).bind(cli), nullptr);
}

std::vector<break_change> sqlite_planned_breaks::take_due(std::string_view account,
                                                          std::string_view cli, wall_time now,
                                                          std::size_t most) {
    due_of_agent_.bind(account).bind(cli).bind(to_integer(now));
    return take(due_of_agent_.bind(static_cast<std::int64_t>(most)));
}

std::vector<break_change> sqlite_planned_breaks::take_due(wall_time now, std::size_t most) {
    return take(due_.bind(to_integer(now)).bind(static_cast<std::int64_t>(most)));
}

std::vector<break_change> sqlite_planned_breaks::read(sqlite_statement& found,
                                                      std::vector<std::int64_t>* ids) {
    std::vector<break_change> all;
    while (found.next()) {
        if (ids) ids->push_back(found.integer(0));
        break_change one;
        one.account = found.text(1);
        one.cli = found.text(2);
        one.at = to_time(found.integer(3));
        one.on_break = found.integer(4) != 0;
        // The schema lets no third source in.
        one.source = found.text(5) == to_string(break_source::admin) ? break_source::admin
                                                                     : break_source::webhook;
        all.push_back(std::move(one));
    }
    return all;
}

std::vector<break_change> sqlite_planned_breaks::take(sqlite_statement& found) {
    std::vector<std::int64_t> ids;
    auto taken = read(found, &ids);
    for (auto const id : ids)
        remove_.bind(id).run();
    return taken;
}

std::optional<wall_time> sqlite_planned_breaks::next() {
    std::optional<wall_time> found;
    if (next_.next()) found = to_time(next_.integer(0));
    next_.reset();
    return found;
}

} // namespace sluice::gateway::tables
