#include "gateway/admin/task_calls.hpp"

#include "codecs/json.hpp"
#include "gateway/admin/actor.hpp"
#include "gateway/admin/shown_contents.hpp"
#include "gateway/call/task_json.hpp"
#include "gateway/telemetry/redact.hpp"

#include <fmt/format.h>

namespace sluice::gateway::admin {

namespace {

using details = std::optional<queue::task_details>;

// Where the answer tells of one task it says at which gateway of the cluster that is.
void append_gateway(std::string& out, std::string_view gateway) {
    if (gateway.empty()) return;
    out.pop_back(); // the brace that ends the object
    out += ",\"gateway\":";
    codecs::append_json_string(out, gateway);
    out += '}';
}

} // namespace

call::checked<void> task_calls::look_elsewhere(server::exchange& on, queue::task_id id,
                                               std::string by) const {
    if (!with_.others || from_ == callers::gateways) {
        return call::refusal{.status = 404, .detail = "There is no such task."};
    }
    with_.others->ask(on, {.how = call::spread::task,
                           .from = call::listener_kind::admin,
                           .caller = std::move(by),
                           .id = id,
                           .shows_contents = shows_contents(on),
                           .base = with_.current()->settings().admin_base_path});
    return {};
}

void task_calls::reply_state(server::exchange& on, queue::task_id id,
                             std::string_view state) const {
    auto& body = on.body_scratch();
    body = fmt::format("{{\"id\":\"{}\",\"state\":\"{}\"}}", queue::task_id_text(id).view(), state);
    append_gateway(body, with_.gateway);
    on.reply(200, json_type, body);
}

task_calls::done_answer task_calls::state_answer(server::exchange& on, queue::task_id id,
                                                 std::string_view state, std::string by) const {
    return [this, &on, id, state,
            by = std::move(by)](boost::system::error_code ec) -> call::checked<void> {
        if (ec == queue::errc::unknown_task) return look_elsewhere(on, id, by);
        if (ec) return call::refused_by(ec);
        reply_state(on, id, state);
        return {};
    };
}

void hide_contents(queue::task_details& task) {
    task.result.clear();
    task.reason = telemetry::redact_text(task.reason);
    for (auto& note : task.notes) {
        note.response.clear();
        note.detail = telemetry::redact_text(note.detail);
    }
}

bool task_calls::shows_contents(server::exchange const& on) const {
    if (from_ == callers::gateways) return on.req.has(call::shows_contents_header);
    return with_.current()->settings().admin_token.has_value();
}

void task_calls::append_shown(std::string& out, server::exchange const& on,
                              queue::task_details&& task) const {
    if (!shows_contents(on)) hide_contents(task);
    call::append_task(out, task, call::shown_to::operators);
    append_gateway(out, with_.gateway);
}

void task_calls::tell_look(std::string_view what, let_in const& given,
                           std::string_view task) const {
    // Never thinned out: it is what an operator did.
    with_.lines.record(config::log_level::info, what, {{"task", task}, {"by", caller_of(given)}});
}

void task_calls::show(let_in const& given, queue::task_id id) {
    auto open = [id](queue::dispatcher& core, auto const& tell) {
        core.open(id, [tell](std::optional<queue::task_contents> task) { tell(std::move(task)); });
    };
    using contents = std::optional<queue::task_contents>;
    ask(with_, given.on, open, [this, given, id](contents task) -> call::checked<void> {
        auto& on = given.on;
        if (!task) return look_elsewhere(on, id);
        bool const shows_bodies = shows_contents(on);
        auto const current = with_.current();
        auto const plans = with_.plans();
        std::string more;
        append_contents(more, *task, {*current, *plans, with_.clock.now().wall, shows_bodies});
        if (shows_bodies) {
            tell_look("an operator looked into a task", given, queue::task_id_text(id).view());
        }
        auto& body = on.body_scratch();
        append_shown(body, on, std::move(task->details));
        body.insert(body.size() - 1, more); // before the brace that ends the object
        on.reply(200, json_type, body);
        return {};
    });
}

void task_calls::explain(server::exchange& on, queue::task_id id) {
    auto explain = [id](queue::dispatcher& core, auto const& tell) {
        core.explain(
            id, [tell](queue::explanation const& why, details const& task) { tell(why, task); });
    };
    auto answer = [this, &on, id](queue::explanation const& why,
                                  details const& task) -> call::checked<void> {
        if (!task) return look_elsewhere(on, id);
        auto& body = on.body_scratch();
        call::append_explanation(body, why, task->destination);
        append_gateway(body, with_.gateway);
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
    ask(with_, on, cancel, state_answer(on, id, "cancelled", by));
}

void task_calls::redrive(server::exchange& on, queue::task_id id, std::string const& by) {
    auto redrive = [id, by](queue::dispatcher& core, auto const& tell) {
        core.redrive(id, by, tell);
    };
    ask(with_, on, redrive, state_answer(on, id, "ready", by));
}

void task_calls::purge(server::exchange& on, queue::task_id id, std::string const& by) {
    auto purge = [id](queue::dispatcher& core, auto const& tell) { core.purge(id, tell); };
    ask(with_, on, purge, state_answer(on, id, "purged", by));
}

// --- replay --------------------------------------------------------------------------------------

// Lives in the exchange until the answer; no destructor.
class task_calls::replaying final : public queue::submit_handler {
  public:
    replaying(server::exchange& on, queue::task_id old, queue::task_id id, context const& with)
        : on_(on)
        , old_(old)
        , id_(id)
        , with_(with) {}

    void on_submitted(queue::submit_result&& result) override {
        if (result.ec) return refuse(on_, call::refused_by(result.ec));
        auto const id = queue::task_id_text(id_);
        auto& body = on_.body_scratch();
        body = fmt::format("{{\"id\":\"{}\",\"replay_of\":\"{}\"}}", id.view(),
                           queue::task_id_text(old_).view());
        append_gateway(body, with_.gateway);
        on_.reply(202, json_type, body,
                  location_line(with_, fmt::format("/v1/tasks/{}", id.view())));
    }

  private:
    server::exchange& on_;
    queue::task_id old_;
    queue::task_id id_;
    context const& with_;
};

void task_calls::replay(server::exchange& on, queue::task_id id, std::string const& by) {
    // What is asked travels by copies: the task, which cannot be copied, in a shared box.
    using box = std::shared_ptr<queue::new_task>;
    auto copy = [id](queue::dispatcher& core, auto const& tell) {
        core.copy(id, [tell](std::optional<queue::new_task> task) {
            tell(task ? std::make_shared<queue::new_task>(std::move(*task)) : box());
        });
    };
    ask(with_, on, copy, [this, &on, id, by](box const& task) -> call::checked<void> {
        if (!task) return look_elsewhere(on, id, by);
        task->extras.made().replay = queue::replayed{id, by};
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
    all.handler = &on.emplace_state<replaying>(on, old, task.id, with_);
    all.tasks.push_back(std::move(task));
    all.may_lose_order = true;
    if (!with_.port.submit(std::move(all))) return call::refused_by(queue::errc::overloaded);
    return {};
}

} // namespace sluice::gateway::admin
