#include "gateway/webhooks/outbound_calls.hpp"

#include "codecs/json.hpp"
#include "gateway/call/call_hash.hpp"
#include "gateway/call/coded_body.hpp"
#include "gateway/call/outbound_answer.hpp"
#include "gateway/call/preference.hpp"
#include "gateway/intake/authorise.hpp"
#include "gateway/outbound/outbound_batch.hpp"
#include "gateway/outbound/system_fields.hpp"
#include "gateway/webhooks/caller.hpp"

#include <fmt/format.h>

namespace sluice::gateway::webhooks {

namespace {

// JSON, or nothing said: the API has no other form.
call::checked<void> check_form(server::request const& req) {
    auto const kind = codecs::body_kind(req.header("Content-Type"));
    if (!kind) return call::undecodable(kind.error());
    bool const is_json = *kind == codecs::media_kind::json || *kind == codecs::media_kind::none;
    if (!is_json) {
        return call::refusal{.status = 415, .detail = "The body must be application/json."};
    }
    // The answers have one form as well.
    auto const format = call::reply_format_of(req);
    if (!format) return format.error();
    if (*format != codecs::media_kind::json) {
        return call::refusal{.status = 406, .detail = "This is answered as application/json only."};
    }
    return {};
}

call::checked<config::account const*>
authorise(plan::directory const& known, server::request const& req, std::string_view security_id) {
    if (security_id.empty()) return call::unauthorised("The call brings no security-id.");
    return intake::authorise_webhook(known, req, {security_id, {}, {}});
}

call::checked<config::account const*> account_of(webhook_call const& call,
                                                 outbound::outbound_limits const& limits) {
    auto const& variables = call.variables;
    if (!outbound::check_security_id(variables)) {
        // No secret has another length: this is a mistake in the call, not a wrong secret.
        return check_create_outbound(variables, "", limits).error();
    }
    auto const brought = read_credentials(variables);
    if (!brought) return brought.error();
    return intake::authorise_webhook(call.with.current->directory(), call.on.req, *brought);
}

// The secret that goes upstream: the call's, else the account's first.
std::string_view secret_of(codecs::variables const& call, config::account const& account) {
    auto const given = outbound::security_id_of(call);
    if (!given.empty() || account.secrets.empty()) return given;
    return account.secrets.front().reveal();
}

void append_detail(std::string& out, outbound::outbound_call const& call,
                   queue::task_id const& id) {
    out += out.empty() ? "[" : ",";
    out += R"({"client-identifier":)";
    codecs::append_json_string(out, call.client_id);
    out += R"(,"api-response-code":202,"api-response-message":"Accepted","request-id":")";
    out += queue::task_id_text(id).view();
    out += "\"}";
}

} // namespace

webhook_answer answer_create_outbound(webhook_call const& call) {
    auto const& current = *call.with.current;
    auto const& settings = current.settings();
    outbound::outbound_limits const limits{settings.limit.max_delay,
                                           settings.limit.contact_numbers};
    auto const account = account_of(call, limits);
    if (!account) return account.error();
    auto const checked = check_create_outbound(call.variables, (*account)->country_code, limits);
    if (!checked) return checked.error();
    if (!settings.built_in.create_outbound) {
        return call::refusal{.status = 501,
                             .detail = "[webhooks] createOutbound names no destination."};
    }
    auto key = intake::read_idempotency_key(call.on.req, (*account)->id);
    if (!key) return key.error();

    auto const now = call.with.clock.now().wall;
    intake::accepted_call accepted;
    accepted.format = call.format;
    auto const security_id = secret_of(call.variables, **account);
    auto const received =
        call::received_of(call.on.req, call.on.req.body, settings.limit.received_bytes);
    intake::task_maker made(call.with, **account, now, accepted);
    made.add(current.find_target(*settings.built_in.create_outbound),
             render_outbound(*checked, security_id, (*account)->time_zone, &received),
             now + checked->delay, outbound::travel_key(security_id, checked->flow_id));
    call.hands.submit(call.on, std::move(made).take(), accepted, std::move(*key), call.label);
    return answered_later;
}

void outbound_calls::look_at_header(server::exchange& on, std::uint64_t announced_body) const {
    auto const most =
        std::min(with_.current->settings().limit.body_bytes, outbound::most_outbound_bytes);
    on.limit_body(most);
    if (announced_body <= most) return;
    call::refuse_outbound(on,
                          call::outbound_refusal{call::outbound_code::max_data_list_size_exceeded,
                                                 "The body is too large."});
}

void outbound_calls::handle(server::exchange& on, std::uint32_t label) {
    auto const outcome = take(on, label);
    if (outcome) return;
    std::visit([&](auto const& why) { call::refuse_outbound(on, why); }, outcome.error());
}

outbound_calls::taken outbound_calls::take(server::exchange& on, std::uint32_t label) {
    auto const& req = on.req;
    if (auto form = check_form(req); !form) return form.error();
    if (auto plain = call::decode_body(on, with_.current->settings().limit); !plain) {
        return plain.error();
    }
    auto const request = outbound::open_outbound(req.body);
    if (!request) return request.error();
    auto const account = authorise(with_.current->directory(), req, request->security_id);
    if (!account) return account.error();
    auto const& settings = with_.current->settings();
    auto const now = with_.clock.now().wall;
    outbound::outbound_rules const rules{(*account)->country_code, (*account)->time_zone, now,
                                         settings.limit.max_delay, settings.limit.contact_numbers};
    auto const calls = check_outbound(*request, rules);
    if (!calls) return calls.error();
    auto const& built_in = settings.built_in;
    auto const& name =
        req.path == outbound_dialer_path ? built_in.outbound_dialer : built_in.create_outbound;
    if (!name) return call::refusal{.status = 501, .detail = "[webhooks] names no destination."};
    auto key = intake::read_idempotency_key(req, (*account)->id);
    if (!key) return key.error();
    accept(on, {**account, request->security_id, *calls, now, with_.current->find_target(*name)},
           std::move(*key), label);
    return {};
}

void outbound_calls::accept(server::exchange& on, checked_request const& request,
                            std::unique_ptr<queue::idempotency> key, std::uint32_t label) {
    intake::accepted_call accepted;
    accepted.kind = intake::accepted_kind::outbound;
    accepted.is_group = request.calls.size() > 1;
    // As the platform documents it, unless the caller wants to know each call's id.
    bool const has_details = call::preferences_of(on.req).wants_representation;
    std::string details;
    // The first of the tasks keeps what came in.
    auto received =
        call::received_of(on.req, on.req.body, with_.current->settings().limit.received_bytes);
    intake::task_maker made(with_, request.account, request.now, accepted);
    for (auto const& [call, not_before] : request.calls) {
        auto const& task = made.add(
            request.to, render_outbound(call, request.secret, request.account.time_zone, &received),
            not_before, outbound::travel_key(request.secret, call.flow_id));
        received.body.reset();
        if (has_details) append_detail(details, call, task.id);
    }
    details += has_details ? "]" : "null";
    accepted.rest = details;
    auto tasks = std::move(made).take();
    if (auto checksum = checksum_of(on.req, request.account)) {
        tasks.front().extras.made().content = std::move(checksum);
    }
    hands_.submit(on, std::move(tasks), accepted, std::move(key), label);
}

std::unique_ptr<queue::idempotency>
outbound_calls::checksum_of(server::request const& req, config::account const& account) const {
    auto const window = with_.current->settings().built_in.checksum_window;
    if (window.count() == 0) return nullptr;
    auto key = std::make_unique<queue::idempotency>();
    key->key = key->body = call::hash_of({"checksum", account.id, req.path, req.body});
    key->lifetime = window;
    key->answer = call::checksum_repeated;
    return key;
}

} // namespace sluice::gateway::webhooks
