#include "gateway/admin/task_calls.hpp"

#include "gateway/call/task_json.hpp"
#include "gateway/telemetry/redact.hpp"

#include <fmt/format.h>

namespace sluice::gateway::admin {

namespace {

call::refusal unknown_task() {
    return {.status = 404, .detail = "There is no such task."};
}

void reply_state(server::exchange& on, queue::task_id id, std::string_view state) {
    auto& body = on.body_scratch();
    body = fmt::format("{{\"id\":\"{}\",\"state\":\"{}\"}}", queue::task_id_text(id).view(), state);
    on.reply(200, json_type, body);
}

// The answer to an operation on one task.
auto state_answer(server::exchange& on, queue::task_id id, std::string_view state) {
    return [&on, id, state](boost::system::error_code ec) -> call::checked<void> {
        if (ec) return call::refused_by(ec);
        reply_state(on, id, state);
        return {};
    };
}

} // namespace

void hide_contents(queue::task_details& task) {
    task.result.clear();
    task.reason = telemetry::redact_text(task.reason);
    for (auto& note : task.notes) {
        note.response.clear();
        note.detail = telemetry::redact_text(note.detail);
    }
}

void task_calls::append_shown(std::string& out, queue::task_details&& task) const {
    if (!with_.current()->settings().admin_token) hide_contents(task);
    call::append_task(out, task, call::shown_to::operators);
}

void task_calls::show(server::exchange& on, queue::task_id id) {
    using details = std::optional<queue::task_details>;
    auto describe = [id](queue::dispatcher& core, auto const& tell) {
        core.describe(id, [tell](details task) { tell(std::move(task)); });
    };
    ask(with_, on, describe, [this, &on](details task) -> call::checked<void> {
        if (!task) return unknown_task();
        auto& body = on.body_scratch();
        append_shown(body, std::move(*task));
        on.reply(200, json_type, body);
        return {};
    });
}

void task_calls::explain(server::exchange& on, queue::task_id id) {
    using details = std::optional<queue::task_details>;
    auto explain = [id](queue::dispatcher& core, auto const& tell) {
        core.explain(
            id, [tell](queue::explanation const& why, details const& task) { tell(why, task); });
    };
    auto answer = [&on](queue::explanation const& why, details const& task) -> call::checked<void> {
        if (!task) return unknown_task();
        auto& body = on.body_scratch();
        call::append_explanation(body, why, task->destination);
        on.reply(200, json_type, body);
        return {};
    };
    ask(with_, on, explain, answer);
}

void task_calls::cancel(server::exchange& on, queue::task_id id, std::string const& by) {
    auto cancel = [id, by](queue::dispatcher& core, auto const& tell) {
        // A finished task is a conflict, not unknown.
        core.describe(id, [&core, id, by, tell](std::optional<queue::task_details> const& task) {
            if (!task) return tell(make_error_code(queue::errc::unknown_task));
            if (queue::is_finished(task->state)) {
                return tell(make_error_code(queue::errc::wrong_state));
            }
            core.cancel(id, by, tell);
        });
    };
    ask(with_, on, cancel, state_answer(on, id, "cancelled"));
}

void task_calls::redrive(server::exchange& on, queue::task_id id) {
    auto redrive = [id](queue::dispatcher& core, auto const& tell) { core.redrive(id, tell); };
    ask(with_, on, redrive, state_answer(on, id, "ready"));
}

void task_calls::purge(server::exchange& on, queue::task_id id) {
    auto purge = [id](queue::dispatcher& core, auto const& tell) { core.purge(id, tell); };
    ask(with_, on, purge, state_answer(on, id, "purged"));
}

// --- replay --------------------------------------------------------------------------------------

// Lives in the exchange until the answer; no destructor.
class task_calls::replaying final : public queue::submit_handler {
  public:
    replaying(server::exchange& on, queue::task_id old, queue::task_id id)
        : on_(on)
        , old_(old)
        , id_(id) {}

    void on_submitted(queue::submit_result&& result) override {
        if (result.ec) return refuse(on_, call::refused_by(result.ec));
        auto const id = queue::task_id_text(id_);
        auto& body = on_.body_scratch();
        body = fmt::format("{{\"id\":\"{}\",\"replay_of\":\"{}\"}}", id.view(),
                           queue::task_id_text(old_).view());
        auto const line = fmt::format("Location: /v1/tasks/{}\r\n", id.view());
        on_.reply(202, json_type, body, line);
    }

  private:
    server::exchange& on_;
    queue::task_id old_;
    queue::task_id id_;
};

void task_calls::replay(server::exchange& on, queue::task_id id) {
    // What is asked travels by copies: the task, which cannot be copied, in a shared box.
    using box = std::shared_ptr<queue::new_task>;
    auto copy = [id](queue::dispatcher& core, auto const& tell) {
        core.copy(id, [tell](std::optional<queue::new_task> task) {
            tell(task ? std::make_shared<queue::new_task>(std::move(*task)) : box());
        });
    };
    ask(with_, on, copy, [this, &on, id](box const& task) -> call::checked<void> {
        if (!task) return unknown_task();
        return give_anew(on, id, std::move(*task));
    });
}

call::checked<void> task_calls::give_anew(server::exchange& on, queue::task_id old,
                                          queue::new_task&& task) {
    auto const now = with_.clock.now().wall;
    task.id = with_.ids.next(now);
    task.accepted_at = now;
    task.not_before = now;
    queue::submission all;
    all.handler = &on.emplace_state<replaying>(on, old, task.id);
    all.tasks.push_back(std::move(task));
    if (!with_.port.submit(std::move(all))) return call::refused_by(queue::errc::overloaded);
    return {};
}

} // namespace sluice::gateway::admin
