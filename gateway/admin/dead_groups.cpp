#include "gateway/admin/dead_groups.hpp"

#include "gateway/admin/object_writer.hpp"
#include "gateway/telemetry/redact.hpp"

#include <algorithm>

namespace sluice::gateway::admin {

namespace {

constexpr std::size_t places_in_a_turn = 4096; // of the queue's tasks
constexpr std::size_t most_reason = 300;       // bytes of a reason

} // namespace

call::checked<void> dead_groups::list(server::exchange& on, bool shows_contents) {
    if (waiting_.size() >= most_waiting) {
        return too_busy("As many calls as are allowed wait for this.");
    }
    waiting_.push_back({&on, shows_contents});
    if (!is_walking_) begin();
    return {};
}

void dead_groups::begin() {
    is_walking_ = true;
    asked_ = std::exchange(waiting_, {});
    walk(std::make_shared<counting>());
}

void dead_groups::look(counting& c, queue::task_view const& task, queue::names const& table) {
    ++c.total;
    c.found += task.finished_at < c.at;
    std::pair key(std::string(table.lanes.name(task.lane)),
                  std::string(task.extras
                                  ? std::string_view(task.extras->reason).substr(0, most_reason)
                                  : std::string_view()));
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

// True when all have been seen.
bool dead_groups::advance(counting& c, queue::dispatcher& core) {
    if (c.at == queue::wall_time{}) {
        c.at = moment_of_look(core);
        c.expected = core.state().counts().dead;
    }
    if (c.found >= c.expected) return true;
    auto const next =
        core.state().visit_some(c.next, places_in_a_turn, [&](queue::task_view const& task) {
            if (task.state == queue::task_state::dead) look(c, task, core.table());
            return c.found < c.expected;
        });
    c.next = next.value_or(0);
    return !next || c.found >= c.expected;
}

void dead_groups::walk(counting_pointer const& c) {
    auto step = [c](queue::dispatcher& core, auto const& tell) { tell(advance(*c, core)); };
    auto go_on = [this, c](bool is_over) {
        if (!is_over) return walk(c);
        // A letter of a clock that was stepped back is shown, and what is shown is from before.
        for (auto const& [key, each] : c->groups)
            c->at = std::max(c->at, each.newest + std::chrono::milliseconds(1));
        when_it_has_come(with_, c->at, [this, c] { end(*c); });
    };
    if (!call::ask_core(with_.port, step, go_on)) give_up();
}

void dead_groups::give_up() {
    for (auto const& each : std::exchange(asked_, {}))
        refuse(*each.on, call::refused_by(queue::errc::overloaded));
    is_walking_ = false;
    if (!waiting_.empty()) begin();
}

namespace {

template <class Groups>
void append_groups(std::string& body, Groups const& groups) {
    using entry = typename Groups::value_type;
    std::vector<entry const*> sorted;
    for (auto const& each : groups)
        sorted.push_back(&each);
    std::ranges::stable_sort(sorted, std::ranges::greater(),
                             [](entry const* each) { return each->second.count; });
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
    body += ']';
}

// What reads alike without the numbers is one group.
template <class Groups>
Groups without_numbers(Groups const& groups) {
    Groups hidden;
    for (auto const& [key, each] : groups) {
        auto& to = hidden[{key.first, telemetry::redact_text(key.second)}];
        to.count += each.count;
        to.oldest = std::min(to.oldest, each.oldest);
        to.newest = std::max(to.newest, each.newest);
    }
    return hidden;
}

} // namespace

void dead_groups::end(counting const& c) {
    for (auto const& each : std::exchange(asked_, {})) {
        auto& body = each.on->body_scratch();
        each.shows_contents ? append_groups(body, c.groups)
                            : append_groups(body, without_numbers(c.groups));
        body += ",\"total\":" + std::to_string(c.total);
        body += ",\"others\":" + std::to_string(c.others) + ",\"at\":";
        codecs::append_json_string(body, call::to_text(c.at));
        body += '}';
        each.on->reply(200, json_type, body);
    }
    is_walking_ = false;
    if (!waiting_.empty()) begin();
}

} // namespace sluice::gateway::admin
