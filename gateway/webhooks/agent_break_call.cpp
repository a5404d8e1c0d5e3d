#include "gateway/webhooks/agent_break_call.hpp"

#include "codecs/reply_body.hpp"
#include "gateway/agents/report_text.hpp"
#include "gateway/agents/team.hpp"
#include "gateway/intake/authorise.hpp"
#include "gateway/intake/keyed_answer.hpp"
#include "gateway/intake/own_answer.hpp"
#include "gateway/webhooks/agent_break.hpp"
#include "gateway/webhooks/caller.hpp"

#include <array>

namespace sluice::gateway::webhooks {

namespace {

using call::refuse;
using codecs::media_kind;

call::checked<config::account const*> account_of(webhook_call const& call) {
    auto const brought = read_credentials(call.variables);
    if (!brought) return brought.error();
    return intake::authorise_webhook(call.with.current->directory(), call.on.req, *brought);
}

// Nothing where the call is refused. An agent that is not there is no such case: the call is
// answered that it could not be done.
std::optional<tables::kept_answer> answer_of(media_kind format,
                                             tables::result<tables::change_outcome> outcome) {
    bool const is_refused = !outcome && outcome.error() != tables::errc::unknown_agent &&
                            outcome.error() != tables::errc::too_many_plans;
    if (is_refused) return std::nullopt;
    std::array<codecs::reply_key, 1> const keys = {
        {{"$flow.key.cli_pause_update", outcome ? "true" : "false"}}};
    codecs::reply_body body;
    body.keys = keys;
    tables::kept_answer made{200, std::string(intake::own_content_type(format)), {}};
    codecs::append_reply(made.body, format, body);
    return made;
}

} // namespace

void answer_set_agent_break(webhook_call const& call) {
    auto& on = call.on;
    auto const account = account_of(call);
    if (!account) return refuse(on, call.format, account.error());
    auto const& limit = call.with.current->settings().limit;
    auto const wanted = check_agent_break(call.variables, limit.max_delay);
    if (!wanted) return refuse(on, call.format, wanted.error());
    auto const now = call.with.clock.now().wall;
    auto const key = intake::read_call_key(on.req, (*account)->id, now);
    if (!key) return refuse(on, call.format, key.error());
    if (intake::answer_known(on, call.format, call.with.data, *key)) return;
    using tables::change_outcome;
    auto answer = [format = call.format](tables::result<change_outcome> const& outcome) {
        return answer_of(format, outcome);
    };
    auto done = [&on, answer, format = call.format](tables::result<change_outcome> outcome) {
        if (auto const made = answer(outcome)) return intake::give(on, *made);
        refuse(on, format, intake::refused_by_tables(outcome.error()));
    };
    tables::break_change change;
    change.account = (*account)->id;
    change.cli = agents::key_of(call.with.data, **account, wanted->cli);
    change.on_break = wanted->is_break;
    change.at = now + wanted->delay;
    auto const write =
        wanted->delay.count() > 0 ? &tables::backend::plan_break : &tables::backend::set_break;
    (call.with.data.*write)(std::move(change), call.with.inbox, std::move(done),
                            intake::keyed<change_outcome>(on, *key, answer));
}

void answer_get_agent_status(webhook_call const& call) {
    auto& on = call.on;
    auto const account = account_of(call);
    if (!account) return refuse(on, call.format, account.error());
    auto const cli = check_cli(call.variables);
    if (!cli) return refuse(on, call.format, cli.error());
    auto const status =
        agents::find_status(call.with.data, **account, *cli, call.with.clock.now().wall);
    if (!status) return refuse(on, call.format, status.error());
    auto& out = on.body_scratch();
    out.clear();
    agents::append_status(out, call.format, *status, (*account)->time_zone);
    on.reply(200, intake::own_content_type(call.format), out);
}

void answer_agent_break_report(webhook_call const& call) {
    auto& on = call.on;
    auto const account = account_of(call);
    if (!account) return refuse(on, call.format, account.error());
    auto const from = check_field(call.variables, "from");
    if (!from) return refuse(on, call.format, from.error());
    auto const to = check_field(call.variables, "to");
    if (!to) return refuse(on, call.format, to.error());
    auto const now = call.with.clock.now().wall;
    auto const& zone = call::find_time_zone((*account)->time_zone);
    auto const window = agents::read_window(*from, *to, zone, now);
    if (!window) return refuse(on, call.format, window.error());
    auto const cli = check_field(call.variables, "cli");
    if (!cli) return refuse(on, call.format, cli.error());
    auto const report = agents::make_report(call.with.data, **account, *window, cli->text, now);
    if (!report) return refuse(on, call.format, report.error());
    auto& out = on.body_scratch();
    out.clear();
    agents::append_report(out, call.format, *report);
    on.reply(200, intake::own_content_type(call.format), out);
}

} // namespace sluice::gateway::webhooks
