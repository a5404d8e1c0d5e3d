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

#include <algorithm>

namespace sluice::gateway::endpoints {

namespace {

// Who calls, and how he wants to be answered.
struct caller {
    config::account const* account = nullptr;
    codecs::media_kind format = codecs::media_kind::json;
};

queue::shared_bytes payload_of(task_request const& request,
                               call::received_request const& received) {
    boost::container::small_vector<plan::message_field, 16> fields;
    for (auto const& [name, value] : request.headers)
        fields.push_back({name, value});
    plan::message out;
    out.method = request.method;
    out.fields = fields;
    out.body = request.body;
    out.received = &received;
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

config::account const* account_of(plan::resolved_configuration const& current,
                                  std::string_view id) {
    auto const& accounts = current.settings().accounts;
    auto const found = std::ranges::find(accounts, id, &config::account::id);
    return found == accounts.end() ? nullptr : &*found;
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

call::checked<intake::task_list> tasks::make_tasks(server::request const& req,
                                                   std::string_view json, std::string_view base,
                                                   config::account const& account,
                                                   intake::accepted_call& call) {
    auto const& limit = with_.current->settings().limit;
    auto const now = with_.clock.now().wall;
    task_request_limits const limits{now, limit.max_delay, limit.fanout_tasks, limit.header_count,
                                     account.report_to ? &*account.report_to : nullptr};
    auto request = parse_task_request(json, base, limits);
    if (!request) return request.error();
    auto const payload = payload_of(*request, call::received_of(req, json, limit.received_bytes));
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
    auto const by = open_call(with_.current->directory(), on.req);
    if (!by) return by.error();
    return create({on, label, by->account, by->format, nullptr});
}

call::checked<void> tasks::create_batch(server::exchange& on, std::uint32_t label) {
    auto const by = open_call(with_.current->directory(), on.req);
    if (!by) return by.error();
    return create_batch({on, label, by->account, by->format, nullptr});
}

call::checked<tasks::making> tasks::receive(server::exchange& on, std::uint32_t label,
                                            forwarded const& by) {
    auto const* const account = account_of(*with_.current, by.account);
    auto const format = call::reply_format_of(on.req);
    if (!format) return format.error();
    if (account == nullptr) {
        return call::refusal{.status = 503,
                             .detail = "The home of the order key does not know the account: the "
                                       "gateways' configurations differ.",
                             .retry_after = std::chrono::seconds(5)};
    }
    return making{on, label, account, *format, by.slots};
}

call::checked<void> tasks::create(server::exchange& on, std::uint32_t label, forwarded const& by) {
    auto const what = receive(on, label, by);
    return what ? create(*what) : what.error();
}

call::checked<void> tasks::create_batch(server::exchange& on, std::uint32_t label,
                                        forwarded const& by) {
    auto const what = receive(on, label, by);
    return what ? create_batch(*what) : what.error();
}

// The configuration may have changed meanwhile.
keyed_calls::again_handler tasks::again(making const& what, step from) {
    return [this, from, &on = what.on, label = what.label, id = what.account->id,
            format = what.format, tries = what.tries + 1] {
        auto const* const account = account_of(*with_.current, id);
        auto const done =
            account ? (this->*from)({on, label, account, format, nullptr, tries})
                    : call::checked<void>(call::unauthorised("The account is there no longer."));
        if (!done) call::refuse(on, format, done.error());
    };
}

keyed_calls::keyed_call tasks::keyed_call_of(making const& what) {
    return {what.on, what.account->id, what.format, what.tries};
}

// A slot that is ours by what is known may be on its way to another home: then it is asked again.
intake::keyed_route tasks::route_of(making const& what, bool may_move, step from) {
    bool const is_last = what.tries >= keyed_calls::most_tries;
    if (what.named || !may_move || is_last) return {what.named, {}};
    return {nullptr, again(what, from)};
}

call::checked<void> tasks::create(making const& what) {
    auto const& req = what.on.req;
    if (auto is_json = check_is_json(req); !is_json) return is_json.error();
    if (auto valid = codecs::check_json(req.body); !valid) {
        return call::undecodable(valid.error());
    }
    auto key = intake::read_idempotency_key(req, what.account->id);
    if (!key) return key.error();
    intake::accepted_call call;
    call.format = what.format;
    auto made = make_tasks(req, codecs::json_trim(req.body), "", *what.account, call);
    if (!made) return made.error();
    if (!what.named) {
        auto const home = keyed_.home_of(*made);
        auto const keyed = keyed_call_of(what);
        if (!home && keyed_.look_again(keyed, again(what, &tasks::create))) return {};
        if (!home) return home.error();
        if (*home) {
            keyed_.forward(keyed, **home, again(what, &tasks::create));
            return {};
        }
    }
    call.kind = call.is_group ? intake::accepted_kind::tasks : intake::accepted_kind::task;
    std::string ids;
    for (auto const& task : *made)
        ids += queue::task_id_text(task.id).view();
    call.rest = ids;
    bool const may_move = keyed_.key_of(*made) != nullptr;
    hands_.submit(what.on, std::move(*made), call, std::move(*key), what.label,
                  route_of(what, may_move, &tasks::create));
    return {};
}

call::checked<void> tasks::create_batch(making const& what) {
    auto const& req = what.on.req;
    auto const items = read_batch(req, with_.current->settings().limit.batch_tasks);
    if (!items) return items.error();
    auto key = intake::read_idempotency_key(req, what.account->id);
    if (!key) return key.error();
    if (*key && what.named) keyed_calls::tell_apart(**key, req);
    intake::task_list all;
    batch_results results;
    batch_homes homes;
    for (auto const& item : *items) {
        intake::accepted_call call;
        auto made = item.error ? call::checked<intake::task_list>(*item.error)
                               : make_tasks(req, item.json, item.pointer, *what.account, call);
        if (!made) {
            homes.add_refused(results.add_refused(made.error()));
            continue;
        }
        homes.add(item.json, what.named ? nullptr : keyed_.key_of(*made));
        results.add_accepted(call.request_id, call.is_group, *made);
        for (auto& task : *made)
            all.push_back(std::move(task));
    }
    auto const body = std::move(results).text();
    if (all.empty()) {
        call::reply_as(what.on, what.format, 422, body);
        return {};
    }
    bool const has_keys = homes.has_keys();
    if (has_keys) {
        auto const where = keyed_.forward(keyed_call_of(what), std::move(homes), *key != nullptr,
                                          again(what, &tasks::create_batch));
        if (!where) return where.error();
        if (*where == keyed_calls::batch_is::forwarded) return {};
    }
    intake::accepted_call call;
    call.kind = intake::accepted_kind::batch;
    call.format = what.format;
    call.request_id = all.front().id;
    call.rest = body;
    hands_.submit(what.on, std::move(all), call, std::move(*key), what.label,
                  route_of(what, has_keys, &tasks::create_batch));
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
