#include "gateway/webhooks/outbound_calls.hpp"

#include "codecs/json.hpp"
#include "gateway/call/call_hash.hpp"
#include "gateway/intake/authorise.hpp"
#include "gateway/outbound/outbound_batch.hpp"

#include <fmt/format.h>

namespace sluice::gateway::webhooks {

namespace {

// JSON, or nothing said: the API has no other form.
call::checked<void> check_form(server::request const& req) {
    auto const kind = codecs::body_kind(req.header("Content-Type"));
    if (!kind) return call::undecodable(kind.error());
    bool const is_json = *kind == codecs::media_kind::json || *kind == codecs::media_kind::none;
    if (!is_json || !req.header("Content-Encoding").empty()) {
        return call::refusal{.status = 415, .detail = "The body must be plain application/json."};
    }
    // The answers have one form as well.
    auto const format = call::reply_format_of(req);
    if (!format) return format.error();
    if (*format != codecs::media_kind::json) {
        return call::refusal{.status = 406, .detail = "This is answered as application/json only."};
    }
    return {};
}

call::checked<config::account const*> authorise(plan::directory const& known,
                                               server::request const& req,
                                               std::string_view security_id) {
    if (security_id.empty()) return call::unauthorised("The call brings no security-id.");
    return intake::authorise_webhook(known, req, {security_id, {}, {}});
}

void append_detail(std::string& out, outbound::outbound_call const& call, queue::task_id const& id) {
    out += out.empty() ? "[" : ",";
    out += R"({"client-identifier":)";
    codecs::append_json_string(out, call.client_id);
    out += R"(,"api-response-code":202,"api-response-message":"Accepted","request-id":")";
    out += queue::task_id_text(id).view();
    out += "\"}";
}

} // namespace

bool outbound_calls::refuse_by_header(server::exchange& on, std::uint64_t announced_body) const {
    auto const most = std::min(with_.current->settings().limit.body_bytes, outbound::most_outbound_bytes);
    on.limit_body(most);
    if (announced_body <= most) return false;
    refuse_outbound(
        on, call::outbound_refusal{call::outbound_code::max_data_list_size_exceeded, "The body is too large."});
    return true;
}

void outbound_calls::handle(server::exchange& on, std::uint32_t label) {
    auto const& req = on.req;
    if (req.method != "POST") {
        return refuse_outbound(
            on, call::refusal{.status = 405, .detail = "Only POST is allowed.", .allow = "POST"});
    }
    if (auto form = check_form(req); !form) return refuse_outbound(on, form.error());
    auto const request = outbound::open_outbound(req.body);
    if (!request) return refuse_outbound(on, request.error());
    auto const account = authorise(with_.current->directory(), req, request->security_id);
    if (!account) return refuse_outbound(on, account.error());
    accept(on, *request, **account, label);
}

void outbound_calls::accept(server::exchange& on, outbound::outbound_envelope const& request,
                            config::account const& account, std::uint32_t label) {
    auto const& settings = with_.current->settings();
    auto const now = with_.clock.now().wall;
    outbound::outbound_rules const rules{account.country_code, account.time_zone, now,
                               settings.limit.max_delay, settings.limit.contact_numbers};
    auto const calls = check_outbound(request, rules);
    if (!calls) return refuse_outbound(on, calls.error());
    auto const& built_in = settings.built_in;
    auto const& name =
        on.req.path == outbound_dialer_path ? built_in.outbound_dialer : built_in.create_outbound;
    if (!name) {
        return refuse_outbound(
            on, call::refusal{.status = 501, .detail = "[webhooks] names no destination."});
    }
    auto key = intake::read_idempotency_key(on.req, account.id);
    if (!key) return refuse_outbound(on, key.error());

    auto const target = with_.current->find_target(*name);
    intake::accepted_call accepted;
    accepted.kind = intake::accepted_kind::outbound;
    accepted.request_id = with_.ids.next(now);
    accepted.is_group = calls->size() > 1;
    std::string details;
    intake::task_list tasks;
    for (auto const& [call, not_before] : *calls) {
        queue::new_task task;
        auto const n = static_cast<std::uint16_t>(tasks.size());
        task.id =
            accepted.is_group ? queue::member_of(accepted.request_id, n) : accepted.request_id;
        task.lane = target.lane;
        task.account = with_.current->number_of(account);
        task.accepted_at = now;
        task.not_before = not_before;
        task.payload = render_outbound(call, request.security_id, account.time_zone);
        if (accepted.is_group) intake::extras_of(task).group = accepted.request_id;
        if (target.destination->batch > 1) {
            intake::extras_of(task).travel_key =
                outbound::travel_key(request.security_id, call.flow_id);
        }
        append_detail(details, call, task.id);
        tasks.push_back(std::move(task));
    }
    details += ']';
    accepted.rest = details;
    if (auto checksum = checksum_of(on.req, account)) {
        intake::extras_of(tasks.front()).content = std::move(checksum);
    }
    hands_.submit(on, std::move(tasks), accepted, std::move(*key), label);
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
