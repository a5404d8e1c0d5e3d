#include "gateway/webhooks/webhook_calls.hpp"

#include "gateway/call/fields.hpp"
#include "gateway/config/webhook_names.hpp"
#include "gateway/intake/authorise.hpp"
#include "gateway/outbound/create_outbound.hpp"
#include "gateway/telemetry/io_metrics.hpp"
#include "gateway/telemetry/log.hpp"
#include "gateway/webhooks/agent_break.hpp"
#include "gateway/webhooks/caller.hpp"
#include "gateway/webhooks/outbound_calls.hpp"
#include "gateway/webhooks/short_url.hpp"
#include "gateway/webhooks/template_variables.hpp"
#include "gateway/webhooks/user_preferences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace sluice::gateway::webhooks {

namespace {

using near_names = webhook::near_names;

template <class Checked>
call::field_problems problems_of(Checked const& checked) {
    return checked ? call::field_problems() : checked.error().errors;
}

call::field_problems outbound_problems(codecs::variables const& call,
                                       config::configuration const& settings) {
    auto const& limit = settings.limit;
    return problems_of(
        outbound::check_create_outbound(call, "", {limit.max_delay, limit.contact_numbers}));
}

call::field_problems preferences_problems(codecs::variables const& call,
                                          config::configuration const& settings) {
    return problems_of(check_user_preferences(call, "", preferences_rules::of(settings)));
}

call::field_problems break_problems(codecs::variables const& call,
                                    config::configuration const& settings) {
    return problems_of(check_agent_break(call, settings.limit.max_delay));
}

constexpr std::array all_webhooks{
    webhook{"createOutbound", outbound::create_outbound_names, answer_create_outbound,
            near_names::refused, codecs::csv_offer::no, outbound_problems},
    webhook{"shortURL", short_url_names, answer_short_url},
    webhook{"updateUserPreferences", user_preferences_names, answer_user_preferences,
            near_names::refused, codecs::csv_offer::no, preferences_problems},
    webhook{"setAgentBreak", agent_names, answer_set_agent_break, near_names::refused,
            codecs::csv_offer::no, break_problems},
    webhook{"getAgentStatus", agent_names, answer_get_agent_status},
    webhook{"agentBreakReport", agent_names, answer_agent_break_report, near_names::taken,
            codecs::csv_offer::yes},
};
static_assert(std::ranges::equal(all_webhooks, config::webhook_names, {}, &webhook::method),
              "config/webhook_names.hpp lists the same webhooks in the same order");

// The method that most calls name; see handle_by_body.
constexpr std::string_view usual_method = "createOutbound";

call::checked<codecs::variables> decode(server::request const& req,
                                        codecs::name_rules const& rules) {
    auto decoded = codecs::decode_variables(req.header("Content-Type"), req.body, rules);
    if (!decoded) return call::undecodable(decoded.error());
    return std::move(*decoded);
}

// Keeps every name as it was written, so that nothing but a name that is there twice in one
// notation is given twice.
codecs::name_rules const& names_as_written() {
    static codecs::name_rules const rules = [] {
        codecs::name_rules made;
        made.default_prefix = "";
        return made;
    }();
    return rules;
}

// The method that the body names, whatever the other names in it mean.
call::checked<std::string> read_method(server::request const& req) {
    auto const variables = decode(req, names_as_written());
    if (!variables) return variables.error();
    for (auto const* const name : {"method", "$flow.key.method", "$flow.syskey.method"}) {
        auto const* const given = variables->find(name);
        if (!given) continue;
        if (given->is_list) {
            return call::invalid(given->pointer, "method must be one value, not a list.");
        }
        if (!given->value().empty()) return std::string(given->value());
    }
    return call::invalid("/method", "method is missing.");
}

call::checked<void> give(server::exchange& on, webhook_answer const& answer) {
    if (!answer) return answer.error();
    if (*answer) intake::give(on, **answer);
    return {};
}

std::string no_such_webhook(std::string_view method) {
    return fmt::format("There is no webhook {}.", codecs::quoted_excerpt(method));
}

// A widget belongs to its account; a call that brings nothing at all is that account's where its
// address is on the allow list.
call::checked<void> authorise_widget(webhook_call const& call, plan::widget_plan const& widget) {
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

// What bare names mean in a widget's call.
codecs::name_rules const& widget_names() {
    static codecs::name_rules const rules = [] {
        auto made = outbound::create_outbound_names();
        made.system_names.push_back({"contactNumber", "$user.syskey.contactNumber"});
        return made;
    }();
    return rules;
}

// A widget as a call: its request is rendered from the call's variables and handed to the queue,
// with the answer waited for where the widget or the caller says so.
webhook_answer answer_widget(webhook_call const& call, plan::widget_plan const& widget) {
    auto& on = call.on;
    if (auto const allowed = authorise_widget(call, widget); !allowed) return allowed.error();
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

} // namespace

webhook const* find_webhook(std::string_view method) {
    auto const* const found = std::ranges::find(all_webhooks, method, &webhook::method);
    return found == all_webhooks.end() ? nullptr : found;
}

webhook_calls::webhook_calls(intake::context& with, intake::submitter& hands,
                             telemetry::label_table& names)
    : with_(with)
    , hands_(hands) {
    for (auto const& each : all_webhooks)
        names_.push_back(names.intern(each.method));
}

call::checked<void> webhook_calls::handle(server::exchange& on, std::string_view method,
                                          std::uint32_t label) {
    if (auto const* const by = find_webhook(method)) return decode_and_answer(on, *by, label);
    if (auto const* const widget = with_.current->find_widget(method)) {
        return answer(on, *widget, label);
    }
    return call::refusal{.status = 404, .detail = no_such_webhook(method)};
}

call::checked<void> webhook_calls::handle_by_body(server::exchange& on, std::uint32_t label) {
    // What bare names mean follows from the method, which is one of them. Most calls are of the
    // usual method and are decoded once.
    auto const& usual = *find_webhook(usual_method);
    auto const variables = decode(on.req, usual.names());
    bool const is_usual = variables && variables->value("method") == usual_method &&
                          !variables->find("method")->is_list;
    if (is_usual) return answer(on, usual, *variables, label);
    auto const method = read_method(on.req);
    if (!method) return method.error();
    if (auto const* const by = find_webhook(*method)) return decode_and_answer(on, *by, label);
    if (auto const* const widget = with_.current->find_widget(*method)) {
        return answer(on, *widget, label);
    }
    return call::invalid("/method", no_such_webhook(*method));
}

call::checked<void> webhook_calls::decode_and_answer(server::exchange& on, webhook const& by,
                                                     std::uint32_t label) {
    auto const variables = decode(on.req, by.names());
    if (!variables) return variables.error();
    return answer(on, by, *variables, label);
}

call::checked<void> webhook_calls::answer(server::exchange& on, webhook const& by,
                                          codecs::variables const& variables, std::uint32_t label) {
    with_.metrics.on_webhook(names_[static_cast<std::size_t>(&by - all_webhooks.data())]);
    call::field_problems found;
    if (by.near == near_names::refused) {
        call::check_names(variables, by.names(), found);
    } else {
        call::check_visible_names(variables, found);
    }
    if (!found.empty()) {
        if (by.problems) {
            auto const meant = call::as_meant(variables, by.names());
            std::ranges::move(by.problems(meant, with_.current->settings()),
                              std::back_inserter(found));
        }
        return call::invalid(std::move(found));
    }
    auto const format = call::reply_format_of(on.req, by.csv);
    if (!format) return format.error();
    return give(on, by.answer({with_, hands_, on, variables, *format, label}));
}

call::checked<void> webhook_calls::answer(server::exchange& on, plan::widget_plan const& widget,
                                          std::uint32_t label) {
    with_.metrics.on_webhook(widget.label);
    auto const variables = decode(on.req, widget_names());
    if (!variables) return variables.error();
    call::field_problems found;
    call::check_visible_names(*variables, found);
    if (!found.empty()) return call::invalid(std::move(found));
    auto const format = call::reply_format_of(on.req);
    if (!format) return format.error();
    return give(on, answer_widget({with_, hands_, on, *variables, *format, label}, widget));
}

} // namespace sluice::gateway::webhooks
