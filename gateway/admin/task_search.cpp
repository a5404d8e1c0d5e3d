// A page of tasks: first those that the queue holds, newest first, then those in the history, the
// newest to finish first. What a page may cost is bounded; `next` goes on from there. Where what
// the tasks carry counts, they are opened one by one, and the bound is on how many.
#include "codecs/json_string.hpp"
#include "codecs/rfc3339.hpp"
#include "gateway/admin/object_writer.hpp"
#include "gateway/admin/task_calls.hpp"
#include "gateway/call/task_json.hpp"
#include "queue/core/task_page.hpp"

namespace sluice::gateway::admin {

namespace {

constexpr std::size_t places_a_turn = 4096;         // of the queue's tasks
constexpr std::size_t opened_a_turn = 64;           // each may be read from the disk
constexpr std::size_t most_history_looked = 2048;   // on one page
constexpr std::size_t most_opened = 10'000;         // of the queue's tasks, on one page
constexpr std::size_t most_opened_bytes = 64 << 20; // of what they carry

bool matches(page_request const& request, queue::task_contents const& task) {
    queue::task_marks const marks{task.order_key, task.key.has_value(), task.batch};
    return queue::matches(request.filter, task.details, marks);
}

} // namespace

struct task_calls::search {
    search(server::exchange& exchange, page_request&& what,
           std::shared_ptr<plan::resolved_configuration const> const& current)
        : on(exchange)
        , request(std::move(what))
        , is_deep(!request.contents.is_empty())
        , fits(request.contents, current) {}

    bool is_full() const { return found.size() >= request.limit; }
    bool is_spent() const { return bytes >= most_opened_bytes; }
    void take(queue::task_contents&& task) {
        ++looked;
        bytes += task.payload.size();
        reached = task.details.finished_at.value_or(task.details.accepted_at);
        if (matches(request, task) && (!is_deep || fits(task)))
            found.push_back(std::move(task.details));
    }

    server::exchange& on;
    page_request request;
    bool is_deep; // tasks are opened
    content_matcher fits;
    std::optional<queue::task_page> page; // used on the core's thread
    queue::wall_time at{};                // when it was asked for
    std::vector<queue::task_details> found;
    std::optional<page_cursor> next;
    std::optional<std::uint64_t> total; // of those that the queue holds

    // What is opened: which, and what has come.
    std::vector<queue::task_id> candidates; // of the queue, newest first
    std::size_t begun = 0;                  // of them
    queue::task_id behind;
    std::size_t looked = 0;
    std::size_t looked_back = 0; // of them in the history
    std::size_t bytes = 0;
    std::optional<queue::wall_time> reached; // acceptance, or end, of the last one
    std::vector<queue::task_id> ids;
    std::vector<std::optional<queue::task_contents>> read;
    std::size_t missing = 0;
};

call::checked<void> task_calls::list(let_in const& given, task_list of) {
    auto& on = given.on;
    auto request = read_page_request(on.req.query, of);
    if (!request) return request.error();
    if (searches_ >= most_searches) {
        return too_busy("As many searches as are allowed are under way.");
    }
    if (request->contents.looks_into_bodies()) {
        if (!shows_contents(on)) {
            return call::forbidden("What stands in tasks is searched by the admin token only: the "
                                   "configuration has none.");
        }
        tell_look("an operator searched in what tasks carry", given);
    }
    ++searches_;
    auto const s = std::make_shared<search>(on, std::move(*request), with_.current());
    s->at = with_.clock.now().wall + std::chrono::milliseconds(1);
    if (s->request.cursor.is_history) s->behind = s->request.cursor.after;
    bool const is_first = !s->request.cursor.is_history && s->request.cursor.after.is_nil();
    if (s->request.only && is_first) {
        look_up(s);
    } else {
        begin(s);
    }
    return {};
}

void task_calls::begin(search_pointer const& s) {
    bool const is_in_queue = !s->request.cursor.is_history && s->request.filter.states.has_held();
    is_in_queue ? walk(s) : look_back(s);
}

// A webhook's id that is a task's own; else its sender brought it.
void task_calls::look_up(search_pointer const& s) {
    auto open = [id = *s->request.only](queue::dispatcher& core, auto const& tell) {
        core.open(id, [tell](std::optional<queue::task_contents> task) {
            tell(std::make_shared<std::optional<queue::task_contents>>(std::move(task)));
        });
    };
    auto go_on = [this, s](auto const& task) {
        if (!*task) return begin(s);
        if (matches(s->request, **task) && s->fits(**task))
            s->found.push_back(std::move((*task)->details));
        end(s);
    };
    if (!call::ask_core(with_.port, open, go_on)) give_up(s);
}

void task_calls::walk(search_pointer const& s) {
    auto step = [s](queue::dispatcher& core, auto const& tell) {
        if (!s->page) {
            s->at = moment_of_look(core);
            s->page.emplace(queue::task_matcher(s->request.filter, core.table()),
                            s->request.cursor.after, s->is_deep ? most_opened : s->request.limit);
        }
        tell(s->page->advance(core.state(), places_a_turn));
    };
    auto go_on = [this, s](bool is_over) {
        if (!is_over) return walk(s);
        if (!s->is_deep) return describe_page(s);
        s->candidates = s->page->take_ids();
        look_into(s);
    };
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
        // A task of a clock that was stepped back is shown, and what is shown is from before.
        s->at = std::max(s->at, s->page->newest() + std::chrono::milliseconds(1));
        if (s->page->behind() > 0 && !s->found.empty()) {
            s->next = page_cursor{false, s->found.back().id};
            return end(s);
        }
        end_of_queue(s);
    };
    if (!call::ask_core(with_.port, describe, go_on)) give_up(s);
}

void task_calls::end_of_queue(search_pointer const& s) {
    if (!s->request.filter.states.has_kept()) return end(s);
    s->behind = {};
    look_back(s);
}

// Opens `s->ids`, and goes on when all of them have come.
void task_calls::open_all(search_pointer const& s,
                          void (task_calls::*go_on)(search_pointer const&)) {
    auto open = [s](queue::dispatcher& core, auto const& tell) {
        s->read.assign(s->ids.size(), std::nullopt);
        s->missing = s->ids.size();
        if (s->missing == 0) return tell();
        for (std::size_t i = 0; i < s->ids.size(); ++i) {
            core.open(s->ids[i], [s, i, tell](std::optional<queue::task_contents> task) {
                s->read[i] = std::move(task);
                if (--s->missing == 0) tell();
            });
        }
    };
    auto opened = [this, s, go_on] { (this->*go_on)(s); };
    if (!call::ask_core(with_.port, open, opened)) give_up(s);
}

// The queue's tasks that may fit, newest first.
void task_calls::look_into(search_pointer const& s) {
    bool const is_at_end = s->begun == s->candidates.size();
    if (is_at_end && s->page->behind() == 0) return end_of_queue(s);
    if (is_at_end || s->is_full() || s->is_spent()) {
        s->next = page_cursor{false, s->behind};
        return end(s);
    }
    auto const count = std::min(opened_a_turn, s->candidates.size() - s->begun);
    auto const first = s->candidates.begin() + static_cast<std::ptrdiff_t>(s->begun);
    s->ids.assign(first, first + static_cast<std::ptrdiff_t>(count));
    open_all(s, &task_calls::take_opened);
}

void task_calls::take_opened(search_pointer const& s) {
    for (std::size_t i = 0; i < s->ids.size() && !s->is_full(); ++i) {
        s->behind = s->ids[i];
        ++s->begun;
        if (s->read[i]) s->take(std::move(*s->read[i]));
    }
    look_into(s);
}

void task_calls::look_back(search_pointer const& s) {
    if (s->is_full() || s->is_spent() || s->looked_back >= most_history_looked) {
        s->next = page_cursor{true, s->behind};
        return end(s);
    }
    auto list = [s](queue::dispatcher& core, auto const& tell) {
        s->ids = core.newest_finished(opened_a_turn, s->behind);
        tell();
    };
    auto go_on = [this, s] { s->ids.empty() ? end(s) : open_all(s, &task_calls::take_history); };
    if (!call::ask_core(with_.port, list, go_on)) give_up(s);
}

void task_calls::take_history(search_pointer const& s) {
    for (std::size_t i = 0; i < s->ids.size() && !s->is_full(); ++i) {
        s->behind = s->ids[i];
        ++s->looked_back;
        if (s->read[i]) s->take(std::move(*s->read[i]));
    }
    look_back(s);
}

void task_calls::give_up(search_pointer const& s) {
    --searches_;
    refuse(s->on, call::refused_by(queue::errc::overloaded));
}

void task_calls::end(search_pointer const& s) {
    when_it_has_come(with_, s->at, [this, s] { answer(s); });
}

void task_calls::answer(search_pointer const& s) {
    --searches_;
    auto& body = s->on.body_scratch();
    body = "{\"tasks\":[";
    for (auto& task : s->found) {
        if (body.back() != '[') body += ',';
        append_shown(body, s->on, std::move(task));
    }
    body += "],\"total\":";
    body += s->total ? std::to_string(*s->total) : std::string("null");
    if (s->is_deep) {
        body += ",\"looked\":" + std::to_string(s->looked);
        body += ",\"stopped_at\":";
        if (s->next && s->reached) {
            codecs::append_json_string(body, codecs::to_rfc3339(*s->reached));
        } else {
            body += "null";
        }
    }
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
