#include "gateway/webhooks/agent_break_call.hpp"

#include "codecs/reply_body.hpp"
#include "gateway/agents/report_text.hpp"
#include "gateway/agents/team.hpp"
#include "gateway/api/authorise.hpp"
#include "gateway/api/own_answer.hpp"
#include "gateway/webhooks/agent_break.hpp"
#include "gateway/webhooks/caller.hpp"

#include <array>

namespace sluice::gateway::webhooks {

namespace {

using api::refuse;
using codecs::media_kind;

api::checked<config::account const*> account_of(webhook_call const& call) {
    auto const brought = read_credentials(call.variables);
    if (!brought) return brought.error();
    return api::authorise_webhook(call.with.current->directory(), call.on.req, *brought);
}

void reply_updated(server::exchange& on, media_kind format, bool is_done) {
    std::array<codecs::reply_key, 1> const keys = {
        {{"$flow.key.cli_pause_update", is_done ? "true" : "false"}}};
    codecs::reply_body body;
    body.keys = keys;
    auto& out = on.body_scratch();
    out.clear();
    codecs::append_reply(out, format, body);
    on.reply(200, api::own_content_type(format), out);
}

} // namespace

void answer_set_agent_break(webhook_call const& call) {
    auto& on = call.on;
    auto const account = account_of(call);
    if (!account) return refuse(on, call.format, account.error());
    auto const& limit = call.with.current->settings().limit;
    auto const wanted = check_agent_break(call.variables, limit.max_delay);
    if (!wanted) return refuse(on, call.format, wanted.error());
    auto done = [&on, format = call.format](tables::result<tables::change_outcome> outcome) {
        if (outcome) return reply_updated(on, format, true);
        bool const cannot_be = outcome.error() == tables::errc::unknown_agent ||
                               outcome.error() == tables::errc::too_many_plans;
        if (cannot_be) return reply_updated(on, format, false);
        refuse(on, format, api::refused_by_tables(outcome.error()));
    };
    tables::break_change change;
    change.account = (*account)->id;
    change.cli = agents::key_of(call.with.data, **account, wanted->cli);
    change.on_break = wanted->is_break;
    change.at = call.with.clock.now().wall + wanted->delay;
    if (wanted->delay.count() > 0) {
        call.with.data.plan_break(std::move(change), call.with.inbox, std::move(done));
    } else {
        call.with.data.set_break(std::move(change), call.with.inbox, std::move(done));
    }
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
    on.reply(200, api::own_content_type(call.format), out);
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
    auto const& zone = api::find_time_zone((*account)->time_zone);
    auto const window = agents::read_window(*from, *to, zone, now);
    if (!window) return refuse(on, call.format, window.error());
    auto const cli = check_field(call.variables, "cli");
    if (!cli) return refuse(on, call.format, cli.error());
    auto const report = agents::make_report(call.with.data, **account, *window, cli->text, now);
    if (!report) return refuse(on, call.format, report.error());
    auto& out = on.body_scratch();
    out.clear();
    agents::append_report(out, call.format, *report);
    on.reply(200, api::own_content_type(call.format), out);
}

} // namespace sluice::gateway::webhooks
