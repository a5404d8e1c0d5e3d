#include "gateway/webhooks/agent_break.hpp"

#include "codecs/error.hpp"
#include "codecs/reply_body.hpp"
#include "gateway/agents/report_text.hpp"
#include "gateway/agents/team.hpp"
#include "gateway/call/fields.hpp"
#include "gateway/intake/authorise.hpp"
#include "gateway/outbound/system_fields.hpp"
#include "gateway/webhooks/caller.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sluice::gateway::webhooks {

namespace {

constexpr std::array<std::string_view, 3> cli_names = {"$flow.key.cli", "$call.agent.dnis.number",
                                                       "$call.cli.number"};

bool read_pause(codecs::variables const& call, call::field_problems& found) {
    auto const* const given = call::required_field(call, "$flow.key.pause", "pause", found);
    if (!given) return false;
    auto const text = given->value();
    if (text != "true" && text != "false") {
        found.push_back({given->pointer, fmt::format("pause must be true or false; it is {}.",
                                                     codecs::quoted_excerpt(text))});
    }
    return text == "true";
}

// The first name that has a value, or else the first of all.
std::string_view read_cli(codecs::variables const& call, call::field_problems& found) {
    auto const has_value = [&](auto const name) { return !call.value(name).empty(); };
    auto const chosen = std::ranges::find_if(cli_names, has_value);
    auto const name = chosen == cli_names.end() ? cli_names.front() : *chosen;
    auto const* const given = call::required_field(call, name, "cli", found);
    if (!given || !call::check_not_decimal(*given, "cli", found)) return {};
    return given->value();
}

call::checked<config::account const*> account_of(webhook_call const& call) {
    auto const brought = read_credentials(call.variables);
    if (!brought) return brought.error();
    return intake::authorise_webhook(call.with.current->directory(), call.on.req, *brought);
}

// An agent that is not there is no refusal: the call is answered that it could not be done.
call::checked<tables::kept_answer> break_answer(codecs::media_kind format,
                                                tables::result<tables::change_outcome> outcome) {
    bool const is_refused = !outcome && outcome.error() != tables::errc::unknown_agent &&
                            outcome.error() != tables::errc::too_many_plans;
    if (is_refused) return call::refused_by(outcome.error());
    std::array<codecs::reply_key, 1> const keys = {
        {{"$flow.key.cli_pause_update", outcome ? "true" : "false"}}};
    codecs::reply_body body;
    body.keys = keys;
    return answer_of(format, [&](std::string& out) { codecs::append_reply(out, format, body); });
}

} // namespace

codecs::name_rules const& agent_names() {
    static codecs::name_rules const rules = [] {
        codecs::name_rules made;
        made.system_names = {{"apiVersion", "$flow.syskey.apiVersion"},
                             call::security_id_name,
                             call::dashed_security_id_name,
                             {"delayMinutes", "$flow.syskey.delayMinutes"}};
        made.plain_names = {"method", "accountID", "custToken"};
        return made;
    }();
    return rules;
}

call::checked<agent_break_call> check_agent_break(codecs::variables const& call,
                                                  std::chrono::milliseconds max_delay) {
    call::field_problems found;
    agent_break_call out;
    out.is_break = read_pause(call, found);
    out.cli = read_cli(call, found);
    // Everything else of this method is a $flow.key: so may this be.
    bool const is_key = call.find("$flow.key.delayMinutes") != nullptr;
    out.delay = outbound::read_delay(call, is_key ? "$flow.key.delayMinutes" : outbound::delay_name,
                                     max_delay, found);
    if (!found.empty()) return call::invalid(std::move(found));
    return out;
}

call::checked<std::string_view> check_cli(codecs::variables const& call) {
    call::field_problems found;
    auto const cli = read_cli(call, found);
    if (!found.empty()) return call::invalid(std::move(found));
    return cli;
}

call::checked<agents::given_text> check_field(codecs::variables const& call,
                                              std::string_view bare) {
    auto const* const given = call.find(std::string("$flow.key.").append(bare));
    if (!given) return agents::given_text{{}, bare};
    if (given->is_list) {
        return call::invalid(given->pointer,
                             fmt::format("{} must be one value, not a list.", bare));
    }
    return agents::given_text{given->value(), given->pointer};
}

webhook_answer answer_set_agent_break(webhook_call const& call) {
    auto& on = call.on;
    auto const account = account_of(call);
    if (!account) return account.error();
    auto const& limit = call.with.current->settings().limit;
    auto const wanted = check_agent_break(call.variables, limit.max_delay);
    if (!wanted) return wanted.error();
    auto const now = call.with.clock.now().wall;
    auto const key = intake::read_call_key(on.req, (*account)->id, now);
    if (!key) return key.error();
    if (auto first = intake::find_first_answer(call.on, call.with.data, *key); !first || *first) {
        return first;
    }
    using tables::change_outcome;
    auto answer = [format = call.format](tables::result<change_outcome> const& outcome) {
        return break_answer(format, outcome);
    };
    tables::break_change change;
    change.account = (*account)->id;
    change.cli = agents::key_of(call.with.data, **account, wanted->cli);
    change.on_break = wanted->is_break;
    change.at = now + wanted->delay;
    auto write = [&with = call.with, change = std::move(change),
                  is_planned = wanted->delay.count() > 0](auto const& done, auto const& keyed) {
        auto const how = is_planned ? &tables::backend::plan_break : &tables::backend::set_break;
        (with.data.*how)(tables::break_change(change), with.inbox, done, keyed);
    };
    intake::answer_write<change_outcome>(call.with, on, call.format, *key, answer, write);
    return answered_later;
}

webhook_answer answer_get_agent_status(webhook_call const& call) {
    auto const account = account_of(call);
    if (!account) return account.error();
    auto const cli = check_cli(call.variables);
    if (!cli) return cli.error();
    auto const status =
        agents::find_status(call.with.data, **account, *cli, call.with.clock.now().wall);
    if (!status) return status.error();
    return answer_of(call.format, [&](std::string& out) {
        agents::append_status(out, call.format, *status, (*account)->time_zone);
    });
}

webhook_answer answer_agent_break_report(webhook_call const& call) {
    auto const account = account_of(call);
    if (!account) return account.error();
    auto const from = check_field(call.variables, "from");
    if (!from) return from.error();
    auto const to = check_field(call.variables, "to");
    if (!to) return to.error();
    auto const now = call.with.clock.now().wall;
    auto const& zone = call::find_time_zone((*account)->time_zone);
    auto const window = agents::read_window(*from, *to, zone, now);
    if (!window) return window.error();
    auto const cli = check_field(call.variables, "cli");
    if (!cli) return cli.error();
    auto const report = agents::make_report(call.with.data, **account, *window, cli->text, now);
    if (!report) return report.error();
    return answer_of(call.format,
                     [&](std::string& out) { agents::append_report(out, call.format, *report); });
}

} // namespace sluice::gateway::webhooks
