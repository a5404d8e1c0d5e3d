#include "gateway/webhooks/create_outbound_call.hpp"

#include "gateway/intake/authorise.hpp"
#include "gateway/outbound/create_outbound.hpp"
#include "gateway/outbound/outbound_batch.hpp"
#include "gateway/webhooks/caller.hpp"

namespace sluice::gateway::webhooks {

namespace {

using call::refuse;

call::checked<config::account const*> account_of(webhook_call const& call,
                                                outbound::outbound_limits const& limits) {
    auto const& variables = call.variables;
    auto const* secret = variables.find("$flow.syskey.securityID");
    if (secret && secret->value().size() != outbound::security_id_length) {
        // No secret has another length: this is a mistake in the call, not a wrong secret.
        return check_create_outbound(variables, "", limits).error();
    }
    auto const brought = read_credentials(variables);
    if (!brought) return brought.error();
    return intake::authorise_webhook(call.with.current->directory(), call.on.req, *brought);
}

} // namespace

void answer_create_outbound(webhook_call const& call) {
    auto& on = call.on;
    auto const& current = *call.with.current;
    auto const& settings = current.settings();
    outbound::outbound_limits const limits{settings.limit.max_delay, settings.limit.contact_numbers};
    auto const account = account_of(call, limits);
    if (!account) return refuse(on, call.format, account.error());
    auto const checked = check_create_outbound(call.variables, (*account)->country_code, limits);
    if (!checked) return refuse(on, call.format, checked.error());
    if (!settings.built_in.create_outbound) {
        return refuse(on, call.format,
                      {.status = 501, .detail = "[webhooks] createOutbound names no destination."});
    }
    auto key = intake::read_idempotency_key(on.req, (*account)->id);
    if (!key) return refuse(on, call.format, key.error());

    auto const now = call.with.clock.now().wall;
    intake::accepted_call accepted;
    accepted.format = call.format;
    accepted.request_id = call.with.ids.next(now);
    auto security_id = outbound::security_id_of(call.variables);
    if (security_id.empty() && !(*account)->secrets.empty()) {
        security_id = (*account)->secrets.front().reveal();
    }
    queue::new_task task;
    task.id = accepted.request_id;
    auto const target = current.find_target(*settings.built_in.create_outbound);
    task.lane = target.lane;
    if (target.destination->batch > 1) {
        intake::extras_of(task).travel_key = outbound::travel_key(security_id, checked->flow_id);
    }
    task.account = current.number_of(**account);
    task.accepted_at = now;
    task.not_before = now + checked->delay;
    task.payload = render_outbound(*checked, security_id, (*account)->time_zone);
    intake::task_list tasks;
    tasks.push_back(std::move(task));
    call.hands.submit(on, std::move(tasks), accepted, std::move(*key), call.label);
}

} // namespace sluice::gateway::webhooks
