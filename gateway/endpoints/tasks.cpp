#include "gateway/endpoints/tasks.hpp"

#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"
#include "codecs/xml_from_json.hpp"
#include "gateway/call/ask_core.hpp"
#include "gateway/call/query_value.hpp"
#include "gateway/call/task_json.hpp"
#include "gateway/endpoints/batch_body.hpp"
#include "gateway/endpoints/task_request.hpp"
#include "gateway/intake/authorise.hpp"
#include "gateway/outbound/outbound_request.hpp"
#include "gateway/plan/message.hpp"

#include <boost/container/small_vector.hpp>
#include <fmt/format.h>

namespace sluice::gateway::endpoints {

namespace {

using details = std::optional<queue::task_details>;

// Who calls, and how he wants to be answered.
struct caller {
    config::account const* account = nullptr;
    codecs::media_kind format = codecs::media_kind::json;
};

void reply_as(server::exchange& on, codecs::media_kind format, unsigned status,
              std::string_view json) {
    if (format != codecs::media_kind::xml) return on.reply(status, "application/json", json);
    std::string xml;
    codecs::append_json_as_xml(xml, json);
    on.reply(status, "application/xml", xml);
}

queue::shared_bytes payload_of(task_request const& request) {
    boost::container::small_vector<plan::message_field, 16> fields;
    for (auto const& [name, value] : request.headers)
        fields.push_back({name, value});
    plan::message out;
    out.method = request.method;
    out.fields = fields;
    out.body = request.body;
    return encode(out);
}

// JSON, or nothing said: this call has no other form.
call::checked<void> check_is_json(server::request const& req) {
    auto const kind = codecs::body_kind(req.header("Content-Type"));
    if (!kind) return call::undecodable(kind.error());
    if (*kind != codecs::media_kind::json && *kind != codecs::media_kind::none) {
        return call::refusal{.status = 415, .detail = "The body must be application/json."};
    }
    return {};
}

call::checked<caller> open_call(plan::directory const& known, server::request const& req) {
    auto const account = intake::authorise_bearer(known, req);
    if (!account) return account.error();
    auto const format = call::reply_format_of(req);
    if (!format) return format.error();
    return caller{*account, *format};
}

call::refusal unknown_task() {
    return {.status = 404, .detail = "There is no such task."};
}

// Collects the tasks of a group, whose answers come one by one; shared by their handlers.
struct group_answer {
    std::size_t missing = 0;
    std::vector<details> found;
};

} // namespace

call::checked<intake::task_list> tasks::make_tasks(std::string_view json, std::string_view base,
                                                   config::account const& account,
                                                   intake::accepted_call& call) {
    auto const& limit = with_.current->settings().limit;
    auto const now = with_.clock.now().wall;
    task_request_limits const limits{now, limit.max_delay, limit.fanout_tasks, limit.header_count,
                                     account.report_to ? &*account.report_to : nullptr};
    auto request = parse_task_request(json, base, limits);
    if (!request) return request.error();
    auto const payload = payload_of(*request);
    call.is_group = request->is_list;
    call.not_before = request->not_before;
    call.is_scheduled = request->not_before > now;
    std::vector<codecs::problem_error> problems;
    intake::task_maker made(with_, account, now, call);
    for (auto const& name : request->destinations) {
        auto const target = with_.current->find_target(name);
        if (!target.destination) {
            problems.push_back(
                {fmt::format("{}/destination", base),
                 fmt::format("There is no destination {}.", codecs::quoted_excerpt(name))});
            continue;
        }
        auto& task = made.add(target, payload, request->not_before);
        task.expires_at = request->expires_at;
        if (!request->order_key.empty()) task.extras.made().order_key = request->order_key;
        if (!request->callback.empty()) task.extras.made().callback = request->callback;
    }
    if (!problems.empty()) return call::invalid(std::move(problems));
    return std::move(made).take();
}

call::checked<void> tasks::create(server::exchange& on, std::uint32_t label) {
    auto const& req = on.req;
    auto const by = open_call(with_.current->directory(), req);
    if (!by) return by.error();
    auto const format = by->format;
    if (auto is_json = check_is_json(req); !is_json) return is_json.error();
    if (auto valid = codecs::check_json(req.body); !valid) {
        return call::undecodable(valid.error());
    }
    auto key = intake::read_idempotency_key(req, by->account->id);
    if (!key) return key.error();
    intake::accepted_call call;
    call.format = format;
    auto made = make_tasks(codecs::json_trim(req.body), "", *by->account, call);
    if (!made) return made.error();
    call.kind = call.is_group ? intake::accepted_kind::tasks : intake::accepted_kind::task;
    std::string ids;
    for (auto const& task : *made)
        ids += queue::task_id_text(task.id).view();
    call.rest = ids;
    hands_.submit(on, std::move(*made), call, std::move(*key), label);
    return {};
}

call::checked<void> tasks::create_batch(server::exchange& on, std::uint32_t label) {
    auto const& req = on.req;
    auto const by = open_call(with_.current->directory(), req);
    if (!by) return by.error();
    auto const format = by->format;
    auto const items = read_batch(req, with_.current->settings().limit.batch_tasks);
    if (!items) return items.error();
    auto key = intake::read_idempotency_key(req, by->account->id);
    if (!key) return key.error();
    intake::task_list all;
    batch_results results;
    for (auto const& item : *items) {
        intake::accepted_call call;
        auto made = item.error ? call::checked<intake::task_list>(*item.error)
                               : make_tasks(item.json, item.pointer, *by->account, call);
        if (!made) {
            results.add_refused(made.error());
            continue;
        }
        results.add_accepted(call.request_id, call.is_group, *made);
        for (auto& task : *made)
            all.push_back(std::move(task));
    }
    auto const body = std::move(results).text();
    if (all.empty()) {
        reply_as(on, format, 422, body);
        return {};
    }
    intake::accepted_call call;
    call.kind = intake::accepted_kind::batch;
    call.format = format;
    call.request_id = all.front().id;
    call.rest = body;
    hands_.submit(on, std::move(all), call, std::move(*key), label);
    return {};
}

call::checked<void> tasks::show(server::exchange& on, std::string_view id_text) {
    auto const by = open_call(with_.current->directory(), on.req);
    if (!by) return by.error();
    auto const format = by->format;
    auto const id = queue::parse_task_id(id_text);
    if (!id) return unknown_task();
    auto describe = [id = *id](queue::dispatcher& core, auto const& tell) {
        core.describe(id, [tell](details task) { tell(std::move(task)); });
    };
    auto answer = [&on, format,
                   owner = by->account->id](details const& task) -> call::checked<void> {
        if (!task || task->account != owner) return unknown_task();
        auto& body = on.body_scratch();
        call::append_task(body, *task);
        reply_as(on, format, 200, body);
        return {};
    };
    call::ask_core(with_.port, on, format, describe, answer);
    return {};
}

call::checked<void> tasks::show_group(server::exchange& on) {
    auto const by = open_call(with_.current->directory(), on.req);
    if (!by) return by.error();
    auto const format = by->format;
    auto const named = call::query_value(on.req.query, "group");
    if (!named) return named.error();
    auto const group = queue::parse_task_id(named->value_or(std::string()));
    if (!group) {
        return call::invalid("group", "The query must name a group: ?group=<id>.");
    }
    auto const most =
        std::max(with_.current->settings().limit.fanout_tasks, outbound::most_outbound_calls);
    auto describe = [group = *group, most](queue::dispatcher& core, auto const& tell) {
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
    using found_group = std::shared_ptr<group_answer>;
    auto answer = [&on, format,
                   owner = by->account->id](found_group const& all) -> call::checked<void> {
        auto& body = on.body_scratch();
        body = "{\"tasks\":[";
        for (auto const& task : all->found) {
            if (!task || task->account != owner) continue;
            if (body.back() != '[') body += ',';
            call::append_task(body, *task);
        }
        if (body.back() == '[') return unknown_task();
        body += "]}";
        reply_as(on, format, 200, body);
        return {};
    };
    call::ask_core(with_.port, on, format, describe, answer);
    return {};
}

call::checked<void> tasks::explain(server::exchange& on, std::string_view id_text) {
    auto const by = open_call(with_.current->directory(), on.req);
    if (!by) return by.error();
    auto const format = by->format;
    auto const id = queue::parse_task_id(id_text);
    if (!id) return unknown_task();
    auto explain = [id = *id](queue::dispatcher& core, auto const& tell) {
        core.explain(
            id, [tell](queue::explanation const& why, details const& task) { tell(why, task); });
    };
    auto answer = [&on, format, owner = by->account->id](
                      queue::explanation const& why, details const& task) -> call::checked<void> {
        if (!task || task->account != owner) return unknown_task();
        auto& body = on.body_scratch();
        body.clear();
        call::append_explanation(body, why, task->destination);
        reply_as(on, format, 200, body);
        return {};
    };
    call::ask_core(with_.port, on, format, explain, answer);
    return {};
}

call::checked<void> tasks::cancel(server::exchange& on, std::string_view id_text) {
    auto const by = open_call(with_.current->directory(), on.req);
    if (!by) return by.error();
    auto const format = by->format;
    auto const id = queue::parse_task_id(id_text);
    if (!id) return unknown_task();
    auto cancel = [id = *id, owner = by->account->id](queue::dispatcher& core, auto const& tell) {
        // Who may not see a task cannot cancel it; a finished one is a conflict, not unknown.
        core.describe(id, [&core, tell, id, owner](details const& task) {
            using queue::errc;
            if (!task || task->account != owner) return tell(make_error_code(errc::unknown_task));
            if (queue::is_finished(task->state)) return tell(make_error_code(errc::wrong_state));
            core.cancel(id, "the caller", tell);
        });
    };
    auto answer = [&on, format, id = *id](boost::system::error_code ec) -> call::checked<void> {
        if (ec) return call::refused_by(ec);
        auto& body = on.body_scratch();
        body = fmt::format("{{\"id\":\"{}\",\"state\":\"cancelled\"}}",
                           queue::task_id_text(id).view());
        reply_as(on, format, 200, body);
        return {};
    };
    call::ask_core(with_.port, on, format, cancel, answer);
    return {};
}

} // namespace sluice::gateway::endpoints
