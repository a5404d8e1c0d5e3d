#include "gateway/admin/dead_groups.hpp"

#include "gateway/admin/object_writer.hpp"
#include "gateway/telemetry/redact.hpp"

#include <algorithm>
#include <vector>

namespace sluice::gateway::admin {

namespace {

constexpr std::size_t places_in_a_turn = 4096; // of the queue's tasks
constexpr std::size_t most_reason = 300;       // bytes of a reason

} // namespace

call::checked<void> dead_groups::list(server::exchange& on, bool shows_contents) {
    walk(on, std::make_shared<counting>(), shows_contents);
    return {};
}

void dead_groups::look(counting& c, queue::task_view const& task, queue::names const& table,
                       bool shows_contents) {
    ++c.total;
    std::string reason(task.extras ? std::string_view(task.extras->reason).substr(0, most_reason)
                                   : std::string_view());
    if (!shows_contents) reason = telemetry::redact_text(reason);
    std::pair key(std::string(table.lanes.name(task.lane)), std::move(reason));
    auto found = c.groups.find(key);
    if (found == c.groups.end()) {
        if (c.groups.size() >= most_groups) {
            ++c.others;
            return;
        }
        found = c.groups.emplace(std::move(key), group()).first;
    }
    auto& to = found->second;
    ++to.count;
    to.oldest = std::min(to.oldest, task.finished_at);
    to.newest = std::max(to.newest, task.finished_at);
}

void dead_groups::walk(server::exchange& on, counting_pointer const& c, bool shows_contents) {
    auto step = [c, shows_contents](queue::dispatcher& core, auto const& tell) {
        auto const next =
            core.state().visit_some(c->next, places_in_a_turn, [&](queue::task_view const& task) {
                if (task.state == queue::task_state::dead)
                    look(*c, task, core.table(), shows_contents);
                return true;
            });
        c->next = next.value_or(0);
        tell(!next.has_value());
    };
    auto go_on = [this, &on, c, shows_contents](bool is_over) -> call::checked<void> {
        is_over ? end(on, *c) : walk(on, c, shows_contents);
        return {};
    };
    ask(with_, on, std::move(step), std::move(go_on));
}

void dead_groups::end(server::exchange& on, counting const& c) {
    using entry = decltype(c.groups)::value_type;
    std::vector<entry const*> sorted;
    for (auto const& each : c.groups)
        sorted.push_back(&each);
    std::ranges::stable_sort(sorted, std::ranges::greater(),
                             [](entry const* each) { return each->second.count; });
    auto& body = on.body_scratch();
    body = "{\"groups\":[";
    for (auto const* each : sorted) {
        if (body.back() != '[') body += ',';
        object_writer object(body);
        object.text("destination", each->first.first);
        object.text("reason", each->first.second);
        object.number("count", each->second.count);
        object.time("oldest", each->second.oldest);
        object.time("newest", each->second.newest);
    }
    body += "],\"total\":" + std::to_string(c.total);
    body += ",\"others\":" + std::to_string(c.others) + '}';
    on.reply(200, json_type, body);
}

} // namespace sluice::gateway::admin
