#include "gateway/admin/task_calls.hpp"

#include "gateway/call/task_json.hpp"

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

// Tells the admin thread what became of an operation on one task.
queue::dispatcher::done_handler teller(context& with, server::exchange& on, queue::task_id id,
                                       std::string_view state) {
    return [&with, &on, id, state](boost::system::error_code ec) {
        with.port.tell([&on, id, state, ec] {
            if (ec) return refuse(on, call::refused_by_queue(ec));
            reply_state(on, id, state);
        });
    };
}

} // namespace

void task_calls::show(server::exchange& on, queue::task_id id) {
    ask(with_, on, [this, &on, id](queue::dispatcher& core) {
        core.describe(id, [this, &on](std::optional<queue::task_details> task) {
            with_.port.tell([&on, task = std::move(task)] {
                if (!task) return refuse(on, unknown_task());
                auto& body = on.body_scratch();
                call::append_task(body, *task);
                on.reply(200, json_type, body);
            });
        });
    });
}

void task_calls::explain(server::exchange& on, queue::task_id id) {
    ask(with_, on, [this, &on, id](queue::dispatcher& core) {
        core.explain(id, [this, &on](queue::explanation const& why,
                                     std::optional<queue::task_details> const& task) {
            if (!task) return with_.port.tell([&on] { refuse(on, unknown_task()); });
            with_.port.tell([&on, why, name = task->destination] {
                auto& body = on.body_scratch();
                call::append_explanation(body, why, name);
                on.reply(200, json_type, body);
            });
        });
    });
}

void task_calls::cancel(server::exchange& on, queue::task_id id, std::string const& by) {
    ask(with_, on, [this, &on, id, by](queue::dispatcher& core) {
        auto const tell = teller(with_, on, id, "cancelled");
        // A finished task is a conflict, not unknown.
        core.describe(id, [&core, id, by, tell](std::optional<queue::task_details> const& task) {
            if (!task) return tell(queue::errc::unknown_task);
            if (queue::is_finished(task->state)) return tell(queue::errc::wrong_state);
            core.cancel(id, by, tell);
        });
    });
}

void task_calls::redrive(server::exchange& on, queue::task_id id) {
    ask(with_, on, [this, &on, id](queue::dispatcher& core) {
        core.redrive(id, teller(with_, on, id, "ready"));
    });
}

void task_calls::purge(server::exchange& on, queue::task_id id) {
    ask(with_, on, [this, &on, id](queue::dispatcher& core) {
        core.purge(id, teller(with_, on, id, "purged"));
    });
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
        if (result.ec) return refuse(on_, call::refused_by_queue(result.ec));
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
    ask(with_, on, [this, &on, id](queue::dispatcher& core) {
        core.copy(id, [this, &on, id](std::optional<queue::new_task> copy) {
            if (!copy) return with_.port.tell([&on] { refuse(on, unknown_task()); });
            // A std::function is copied: the task, which cannot be, travels in a shared box.
            auto const box = std::make_shared<queue::new_task>(std::move(*copy));
            with_.port.tell([this, &on, id, box] { give_anew(on, id, std::move(*box)); });
        });
    });
}

void task_calls::give_anew(server::exchange& on, queue::task_id old, queue::new_task&& task) {
    auto const now = with_.clock.now().wall;
    task.id = with_.ids.next(now);
    task.accepted_at = now;
    task.not_before = now;
    queue::submission all;
    all.handler = &on.emplace_state<replaying>(on, old, task.id);
    all.tasks.push_back(std::move(task));
    if (!with_.port.submit(std::move(all))) {
        refuse(on, call::refused_by_queue(queue::errc::overloaded));
    }
}

} // namespace sluice::gateway::admin
