#include "gateway/webhooks/webhook_calls.hpp"

#include "gateway/api/authorise.hpp"
#include "gateway/webhooks/create_outbound.hpp"

#include <fmt/format.h>

namespace sluice::gateway::webhooks {

namespace {

using api::error_format;
using api::refusal;
using api::refuse;

api::checked<codecs::variables> decode(server::request const& req) {
    auto const kind = codecs::body_kind(req.header("Content-Type"));
    if (!kind) return api::undecodable(kind.error());
    if (!req.header("Content-Encoding").empty()) {
        return refusal{.status = 415, .detail = "The body must not be compressed."};
    }
    auto decoded = codecs::decode_variables(*kind, req.body, create_outbound_names());
    if (!decoded) return api::undecodable(decoded.error());
    return std::move(*decoded);
}

} // namespace

void webhook_calls::handle(server::exchange& on, std::string_view method, std::uint32_t label) {
    auto const call = decode(on.req);
    if (!call) return refuse(on, error_format(on.req), call.error());
    auto const format = api::reply_format_of(on.req);
    if (!format) return refuse(on, codecs::media_kind::json, format.error());
    bool const is_from_body = method.empty();
    if (is_from_body) method = call->value("method");
    if (method.empty()) {
        return refuse(on, *format, api::invalid("/method", "method is missing."));
    }
    if (method == "createOutbound") return create_outbound(on, *call, *format, label);
    auto const detail = fmt::format("There is no webhook {}.", codecs::quoted_excerpt(method));
    if (is_from_body) return refuse(on, *format, api::invalid("/method", detail));
    refuse(on, *format, {.status = 404, .detail = detail});
}

void webhook_calls::create_outbound(server::exchange& on, codecs::variables const& call,
                                    codecs::media_kind format, std::uint32_t label) {
    auto const& settings = with_.current->settings();
    outbound_limits const limits{settings.limit.max_delay, settings.limit.contact_numbers};
    auto const* secret = call.find("$flow.syskey.securityID");
    if (secret && secret->value().size() != security_id_length) {
        // No secret has another length: this is a mistake in the call, not a wrong secret.
        auto const problems = check_create_outbound(call, "", limits);
        return refuse(on, format, problems.error());
    }
    api::credentials const brought{security_id_of(call), call.value("custToken"),
                                   call.value("accountID")};
    auto const account = api::authorise_webhook(with_.current->directory(), on.req, brought);
    if (!account) return refuse(on, format, account.error());
    auto const checked = check_create_outbound(call, (*account)->country_code, limits);
    if (!checked) return refuse(on, format, checked.error());
    if (!settings.built_in.create_outbound) {
        return refuse(on, format,
                      {.status = 501,
                       .detail = "[webhooks] createOutbound names no destination."});
    }
    auto key = api::read_idempotency_key(on.req, (*account)->id);
    if (!key) return refuse(on, format, key.error());

    auto const now = with_.clock.now().wall;
    api::accepted_call accepted;
    accepted.format = format;
    accepted.request_id = with_.ids.next(now);
    auto security_id = brought.security_id;
    if (security_id.empty() && !(*account)->secrets.empty()) {
        security_id = (*account)->secrets.front().reveal();
    }
    queue::new_task task;
    task.id = accepted.request_id;
    task.lane = with_.current->find_target(*settings.built_in.create_outbound).lane;
    task.account = with_.current->number_of(**account);
    task.accepted_at = now;
    task.not_before = now + checked->delay;
    task.payload = render_outbound(*checked, security_id, (*account)->time_zone);
    api::task_list tasks;
    tasks.push_back(std::move(task));
    hands_.submit(on, std::move(tasks), accepted, std::move(*key), label);
}

} // namespace sluice::gateway::webhooks
