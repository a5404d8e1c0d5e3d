// A page of tasks: first those that the queue holds, newest first, then those in the history, the
// newest to finish first. What a page may cost is bounded; `next` goes on from there.
#include "codecs/json_string.hpp"
#include "codecs/rfc3339.hpp"
#include "gateway/admin/object_writer.hpp"
#include "gateway/admin/task_calls.hpp"
#include "gateway/call/task_json.hpp"
#include "queue/core/task_page.hpp"

namespace sluice::gateway::admin {

namespace {

constexpr std::size_t places_a_turn = 4096;       // of the queue's tasks
constexpr std::size_t history_a_turn = 64;        // each is read from the disk
constexpr std::size_t most_history_looked = 2048; // on one page

} // namespace

struct task_calls::search {
    explicit search(server::exchange& exchange, page_request&& what)
        : on(exchange)
        , request(std::move(what)) {}

    bool is_full() const { return found.size() >= request.limit; }

    server::exchange& on;
    page_request request;
    std::optional<queue::task_page> page; // used on the core's thread
    queue::wall_time at{};                // when it was asked for
    std::vector<queue::task_details> found;
    std::optional<page_cursor> next;
    std::optional<std::uint64_t> total; // of those that the queue holds

    // The history: what was asked for, and what has come.
    queue::task_id behind;
    std::size_t looked = 0;
    std::vector<std::optional<queue::task_details>> read;
    std::vector<queue::task_id> ids;
    std::size_t missing = 0;
};

call::checked<void> task_calls::list(server::exchange& on, task_list of) {
    auto request = read_page_request(on.req.query, of);
    if (!request) return request.error();
    if (searches_ >= most_searches) {
        call::refusal busy{.status = 503};
        busy.detail = "As many searches as are allowed are under way.";
        busy.retry_after = std::chrono::seconds(1);
        return busy;
    }
    ++searches_;
    auto const s = std::make_shared<search>(on, std::move(*request));
    s->at = with_.clock.now().wall;
    if (s->request.cursor.is_history) s->behind = s->request.cursor.after;
    bool const is_in_queue = !s->request.cursor.is_history && s->request.filter.states.has_held();
    is_in_queue ? walk(s) : look_back(s);
    return {};
}

void task_calls::walk(search_pointer const& s) {
    auto step = [s](queue::dispatcher& core, auto const& tell) {
        if (!s->page) {
            s->page.emplace(queue::task_matcher(s->request.filter, core.table()),
                            s->request.cursor.after, s->request.limit);
        }
        tell(s->page->advance(core.state(), places_a_turn));
    };
    auto go_on = [this, s](bool is_over) { is_over ? describe_page(s) : walk(s); };
    if (!call::ask_core(with_.port, step, go_on)) give_up(s);
}

void task_calls::describe_page(search_pointer const& s) {
    auto describe = [s](queue::dispatcher& core, auto const& tell) {
        for (auto const& id : s->page->take_ids()) {
            // Those that have gone meanwhile are in the history or nowhere.
            if (!core.state().find(id)) continue;
            core.describe(id, [s](std::optional<queue::task_details> task) {
                if (task) s->found.push_back(std::move(*task));
            });
        }
        tell();
    };
    auto go_on = [this, s] {
        s->total = s->page->total();
        if (s->page->behind() > 0 && !s->found.empty()) {
            s->next = page_cursor{false, s->found.back().id};
            return end(s);
        }
        if (!s->request.filter.states.has_kept()) return end(s);
        look_back(s);
    };
    if (!call::ask_core(with_.port, describe, go_on)) give_up(s);
}

void task_calls::look_back(search_pointer const& s) {
    if (s->is_full() || s->looked >= most_history_looked) {
        s->next = page_cursor{true, s->behind};
        return end(s);
    }
    auto read = [s](queue::dispatcher& core, auto const& tell) {
        s->ids = core.newest_finished(history_a_turn, s->behind);
        s->read.assign(s->ids.size(), std::nullopt);
        s->missing = s->ids.size();
        if (s->missing == 0) return tell();
        for (std::size_t i = 0; i < s->ids.size(); ++i) {
            core.describe(s->ids[i], [s, i, tell](std::optional<queue::task_details> task) {
                s->read[i] = std::move(task);
                if (--s->missing == 0) tell();
            });
        }
    };
    auto go_on = [this, s] { s->ids.empty() ? end(s) : take_history(s); };
    if (!call::ask_core(with_.port, read, go_on)) give_up(s);
}

void task_calls::take_history(search_pointer const& s) {
    for (std::size_t i = 0; i < s->ids.size() && !s->is_full(); ++i) {
        s->behind = s->ids[i];
        ++s->looked;
        auto& task = s->read[i];
        if (task && matches(s->request.filter, *task)) s->found.push_back(std::move(*task));
    }
    look_back(s);
}

void task_calls::give_up(search_pointer const& s) {
    --searches_;
    refuse(s->on, call::refused_by(queue::errc::overloaded));
}

void task_calls::end(search_pointer const& s) {
    --searches_;
    auto& body = s->on.body_scratch();
    body = "{\"tasks\":[";
    for (auto& task : s->found) {
        if (body.back() != '[') body += ',';
        append_shown(body, s->on, std::move(task));
    }
    body += "],\"total\":";
    body += s->total ? std::to_string(*s->total) : std::string("null");
    body += ",\"at\":";
    codecs::append_json_string(body, codecs::to_rfc3339(s->at));
    body += ",\"next\":";
    if (s->next) {
        codecs::append_json_string(body, to_text(*s->next));
    } else {
        body += "null";
    }
    body += '}';
    s->on.reply(200, json_type, body);
}

} // namespace sluice::gateway::admin
