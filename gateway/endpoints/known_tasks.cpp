#include "gateway/endpoints/known_tasks.hpp"

#include "gateway/call/ask_core.hpp"
#include "gateway/call/reply_as.hpp"
#include "gateway/call/task_json.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <vector>

namespace sluice::gateway::endpoints {

namespace {

using details = std::optional<queue::task_details>;

// Collects the tasks of a group, whose answers come one by one; shared by their handlers.
struct group_answer {
    std::size_t missing = 0;
    std::vector<details> found;
};
using found_group = std::shared_ptr<group_answer>;

} // namespace

call::checked<void> known_tasks::look_elsewhere(server::exchange& on, task_caller const& by,
                                                queue::task_id id) const {
    if (!others_) return call::refusal{.status = 404, .detail = "There is no such task."};
    call::cluster_question what;
    what.caller = by.account;
    what.id = id;
    what.format = by.format;
    others_->ask(on, what);
    return {};
}

void known_tasks::show(server::exchange& on, task_caller const& by, queue::task_id id) {
    auto describe = [id](queue::dispatcher& core, auto const& tell) {
        core.describe(id, [tell](details task) { tell(std::move(task)); });
    };
    auto answer = [this, &on, by, id](details const& task) -> call::checked<void> {
        if (!task || task->account != by.account) return look_elsewhere(on, by, id);
        auto& body = on.body_scratch();
        call::append_task(body, *task);
        call::reply_as(on, by.format, 200, body);
        return {};
    };
    call::ask_core(port_, on, by.format, describe, answer);
}

void known_tasks::show_group(server::exchange& on, task_caller const& by, queue::task_id group,
                             std::size_t most) {
    auto describe = [group, most](queue::dispatcher& core, auto const& tell) {
        // A member's id follows from the group's; those that are gone are simply not there.
        auto all = std::make_shared<group_answer>();
        all->missing = most;
        all->found.resize(most);
        for (std::size_t n = 0; n < most; ++n) {
            auto const id = queue::member_of(group, static_cast<std::uint16_t>(n));
            core.describe(id, [tell, all, n](details task) {
                all->found[n] = std::move(task);
                if (--all->missing == 0) tell(all);
            });
        }
    };
    auto answer = [&on, by](found_group const& all) -> call::checked<void> {
        auto& body = on.body_scratch();
        body = "{\"tasks\":[";
        for (auto const& task : all->found) {
            if (!task || task->account != by.account) continue;
            if (body.back() != '[') body += ',';
            call::append_task(body, *task);
        }
        if (body.back() == '[') {
            return call::refusal{.status = 404, .detail = "There is no such task."};
        }
        body += "]}";
        call::reply_as(on, by.format, 200, body);
        return {};
    };
    call::ask_core(port_, on, by.format, describe, answer);
}

void known_tasks::explain(server::exchange& on, task_caller const& by, queue::task_id id) {
    auto explain = [id](queue::dispatcher& core, auto const& tell) {
        core.explain(
            id, [tell](queue::explanation const& why, details const& task) { tell(why, task); });
    };
    auto answer = [this, &on, by, id](queue::explanation const& why,
                                      details const& task) -> call::checked<void> {
        if (!task || task->account != by.account) return look_elsewhere(on, by, id);
        auto& body = on.body_scratch();
        body.clear();
        call::append_explanation(body, why, task->destination);
        call::reply_as(on, by.format, 200, body);
        return {};
    };
    call::ask_core(port_, on, by.format, explain, answer);
}

void known_tasks::cancel(server::exchange& on, task_caller const& by, queue::task_id id) {
    auto cancel = [id, owner = by.account](queue::dispatcher& core, auto const& tell) {
        // Who may not see a task cannot cancel it; a finished one is a conflict, not unknown.
        core.describe(id, [&core, tell, id, owner](details const& task) {
            using queue::errc;
            if (!task || task->account != owner) return tell(make_error_code(errc::unknown_task));
            if (queue::is_finished(task->state)) return tell(make_error_code(errc::wrong_state));
            core.cancel(id, "the caller", tell);
        });
    };
    auto answer = [this, &on, by, id](boost::system::error_code ec) -> call::checked<void> {
        if (ec == queue::errc::unknown_task) return look_elsewhere(on, by, id);
        if (ec) return call::refused_by(ec);
        auto& body = on.body_scratch();
        body = fmt::format("{{\"id\":\"{}\",\"state\":\"cancelled\"}}",
                           queue::task_id_text(id).view());
        call::reply_as(on, by.format, 200, body);
        return {};
    };
    call::ask_core(port_, on, by.format, cancel, answer);
}

} // namespace sluice::gateway::endpoints
