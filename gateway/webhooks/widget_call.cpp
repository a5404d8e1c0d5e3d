#include "gateway/webhooks/widget_call.hpp"

#include "gateway/intake/authorise.hpp"
#include "gateway/outbound/create_outbound.hpp"
#include "gateway/telemetry/log.hpp"
#include "gateway/webhooks/caller.hpp"
#include "gateway/webhooks/template_variables.hpp"

#include <fmt/format.h>

namespace sluice::gateway::webhooks {

namespace {

// A widget belongs to its account; a call that brings nothing at all is that account's where its
// address is on the allow list.
call::checked<void> authorise(webhook_call const& call, plan::widget_plan const& widget) {
    auto brought = read_credentials(call.variables);
    if (!brought) return brought.error();
    bool const has_secret = !brought->security_id.empty() || !brought->cust_token.empty() ||
                            intake::bearer_token(call.on.req).has_value();
    if (!has_secret && brought->account_id.empty()) brought->account_id = widget.account->id;
    auto const found =
        intake::authorise_webhook(call.with.current->directory(), call.on.req, *brought);
    if (!found) return found.error();
    if (*found != widget.account) return call::forbidden("The widget belongs to another account.");
    return {};
}

void log_unset(webhook_call const& call, plan::widget_plan const& widget,
               std::vector<std::string> const& names) {
    if (names.empty()) return;
    call.with.lines.warn(
        "a widget's variables are not set",
        {{"widget", widget.widget->name}, {"unset", fmt::format("{}", fmt::join(names, " "))}});
}

} // namespace

codecs::name_rules const& widget_names() {
    static codecs::name_rules const rules = [] {
        auto made = outbound::create_outbound_names();
        made.system_names.push_back({"contactNumber", "$user.syskey.contactNumber"});
        return made;
    }();
    return rules;
}

webhook_answer answer_widget(webhook_call const& call, plan::widget_plan const& widget) {
    auto& on = call.on;
    if (auto const allowed = authorise(call, widget); !allowed) return allowed.error();
    auto key = intake::read_idempotency_key(on.req, widget.account->id);
    if (!key) return key.error();
    auto const now = call.with.clock.now().wall;
    auto const wait =
        call::choose_wait(call::preferences_of(on.req), call.with.current->settings().limit.wait,
                          widget.widget->wait.value_or(std::chrono::milliseconds(0)));
    template_variables const values(
        call.variables, *widget.account, now,
        user_variables(call.with.data, *widget.account, contact_of(call.variables)));
    auto const lookup = [&](std::string_view name) { return values.find(name); };
    auto const received =
        call::received_of(on.req, on.req.body, call.with.current->settings().limit.received_bytes);
    auto rendered = widget.request.render(lookup, wait.limit.count() > 0, &received);
    if (!rendered) return with_places(rendered.error(), call.variables);
    log_unset(call, widget, rendered->unset);

    intake::accepted_call accepted;
    accepted.kind = intake::accepted_kind::widget;
    accepted.format = call.format;
    accepted.wait = wait;
    std::string unset;
    for (auto const& name : rendered->unset)
        unset.append(name).push_back(' ');
    accepted.rest = unset;
    intake::task_maker made(call.with, *widget.account, now, accepted);
    made.add(widget.lane, std::move(rendered->payload), now);
    call.hands.submit(on, std::move(made).take(), accepted, std::move(*key), call.label);
    return answered_later;
}

} // namespace sluice::gateway::webhooks
