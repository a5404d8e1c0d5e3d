#include "gateway/endpoints/tasks.hpp"

#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"
#include "gateway/call/query_value.hpp"
#include "gateway/call/reply_as.hpp"
#include "gateway/endpoints/batch_body.hpp"
#include "gateway/endpoints/task_request.hpp"
#include "gateway/intake/authorise.hpp"
#include "gateway/outbound/outbound_request.hpp"
#include "gateway/plan/message.hpp"

#include <boost/container/small_vector.hpp>
#include <fmt/format.h>

namespace sluice::gateway::endpoints {

namespace {

// Who calls, and how he wants to be answered.
struct caller {
    config::account const* account = nullptr;
    codecs::media_kind format = codecs::media_kind::json;
};

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

// What is asked of one task, and by whom.
struct task_question {
    task_caller by;
    queue::task_id id;
};

call::checked<task_question> open_question(plan::directory const& known, server::request const& req,
                                           std::string_view id_text) {
    auto const by = open_call(known, req);
    if (!by) return by.error();
    auto const id = queue::parse_task_id(id_text);
    if (!id) return call::refusal{.status = 404, .detail = "There is no such task."};
    return task_question{{by->account->id, by->format}, *id};
}

} // namespace

std::size_t most_in_group(config::limits const& limit) {
    return std::max(limit.fanout_tasks, outbound::most_outbound_calls);
}

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
        call::reply_as(on, format, 422, body);
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
    auto const asked = open_question(with_.current->directory(), on.req, id_text);
    if (!asked) return asked.error();
    known_.show(on, asked->by, asked->id);
    return {};
}

call::checked<void> tasks::show_group(server::exchange& on) {
    auto const by = open_call(with_.current->directory(), on.req);
    if (!by) return by.error();
    auto const named = call::query_value(on.req.query, "group");
    if (!named) return named.error();
    auto const group = queue::parse_task_id(named->value_or(std::string()));
    if (!group) {
        return call::invalid("group", "The query must name a group: ?group=<id>.");
    }
    if (with_.others) {
        with_.others->ask(on, {.how = call::spread::group,
                               .caller = by->account->id,
                               .id = *group,
                               .format = by->format});
        return {};
    }
    known_.show_group(on, {by->account->id, by->format}, *group,
                      most_in_group(with_.current->settings().limit));
    return {};
}

call::checked<void> tasks::explain(server::exchange& on, std::string_view id_text) {
    auto const asked = open_question(with_.current->directory(), on.req, id_text);
    if (!asked) return asked.error();
    known_.explain(on, asked->by, asked->id);
    return {};
}

call::checked<void> tasks::cancel(server::exchange& on, std::string_view id_text) {
    auto const asked = open_question(with_.current->directory(), on.req, id_text);
    if (!asked) return asked.error();
    known_.cancel(on, asked->by, asked->id);
    return {};
}

} // namespace sluice::gateway::endpoints
