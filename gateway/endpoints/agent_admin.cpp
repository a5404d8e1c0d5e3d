#include "gateway/endpoints/agent_admin.hpp"

#include "codecs/percent.hpp"
#include "codecs/text.hpp"
#include "gateway/agents/report_text.hpp"
#include "gateway/agents/team.hpp"
#include "gateway/call/answer_or_refuse.hpp"
#include "gateway/config/account.hpp"
#include "gateway/intake/table_answer.hpp"
#include "gateway/telemetry/redact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace sluice::gateway::endpoints {

namespace {

bool is_number(std::string_view text) {
    auto const digits = std::ssize(text);
    return digits >= config::least_agent_digits && digits <= config::most_agent_digits &&
           std::ranges::all_of(text, codecs::is_digit);
}

using outcome = tables::result<tables::change_outcome>;

} // namespace

call::checked<void> agent_admin::list(server::exchange& on, configuration const& current,
                                      std::string_view account) {
    auto const of = open(on.req, current, {account, {}});
    if (!of) return of.error();
    auto all = agents::all_statuses(data_, *of->account, std::nullopt, clock_.now().wall);
    if (!current->settings().admin_token) {
        for (auto& each : all)
            each.cli = telemetry::mask_contact(each.cli);
    }
    auto& out = on.body_scratch();
    out.clear();
    agents::append_statuses(out, of->format, all, of->account->time_zone);
    on.reply(200, intake::content_type_of(of->format), out);
    return {};
}

call::checked<agent_admin::target>
agent_admin::open(server::request const& req, configuration current, agent_name const& whom) const {
    auto const format = call::reply_format_of(req);
    if (!format) return format.error();
    auto const id = codecs::percent_decode(whom.account);
    auto const* const account = id ? current->directory().accounts().by_id(*id) : nullptr;
    if (!account) return call::refusal{.status = 404, .detail = "There is no such account."};
    auto const cli = codecs::percent_decode(whom.cli);
    if (!cli) return call::refusal{.status = 404, .detail = "There is nothing at this path."};
    return target{std::move(current), account, agents::key_of(data_, *account, *cli), *format};
}

call::checked<void> agent_admin::list_planned(server::exchange& on, configuration current,
                                              agent_name const& whom) {
    bool const shows_numbers = current->settings().admin_token.has_value();
    auto const of = open(on.req, std::move(current), whom);
    if (!of) return of.error();
    if (!data_.find_agent(of->account->id, of->cli)) {
        return call::refused_by(tables::errc::unknown_agent);
    }
    using changes = std::vector<tables::break_change>;
    auto answer = [&on, of = *of,
                   shows_numbers](tables::result<changes> const& all) -> call::checked<void> {
        if (!all) return call::refused_by(all.error());
        auto const cli = shows_numbers ? of.cli : telemetry::mask_contact(of.cli);
        auto& out = on.body_scratch();
        out.clear();
        agents::append_planned(out, of.format, cli, *all, of.account->time_zone);
        on.reply(200, intake::content_type_of(of.format), out);
        return {};
    };
    data_.list_planned(of->account->id, of->cli, inbox_,
                       call::answer_or_refuse(on, of->format, std::move(answer)));
    return {};
}

call::checked<void> agent_admin::add(server::exchange& on, configuration current,
                                     agent_name const& whom) {
    auto const of = open(on.req, std::move(current), whom);
    if (!of) return of.error();
    if (!is_number(of->cli)) {
        return call::invalid("cli",
                             fmt::format("An agent must be a phone number of {} to {} digits.",
                                         config::least_agent_digits, config::most_agent_digits));
    }
    auto answer = [this, &on, of = *of](outcome const& added) -> call::checked<void> {
        if (!added) return call::refused_by(added.error());
        return show(on, of, *added == tables::change_outcome::changed ? 201 : 200);
    };
    data_.add_agent(of->account->id, of->cli, clock_.now().wall, inbox_,
                    call::answer_or_refuse(on, of->format, std::move(answer)));
    return {};
}

call::checked<void> agent_admin::remove(server::exchange& on, configuration current,
                                        agent_name const& whom) {
    auto const of = open(on.req, std::move(current), whom);
    if (!of) return of.error();
    auto answer = [this, &on, of = *of](outcome const& removed) -> call::checked<void> {
        if (!removed) return call::refused_by(removed.error());
        auto const left = data_.find_agent(of.account->id, of.cli);
        if (left && left->is_configured) {
            return call::refusal{
                .status = 409, .detail = "The agent stands in the configuration; remove it there."};
        }
        if (*removed != tables::change_outcome::changed) {
            return call::refused_by(tables::errc::unknown_agent);
        }
        on.reply(204, {}, {});
        return {};
    };
    data_.remove_agent(of->account->id, of->cli, clock_.now().wall, inbox_,
                       call::answer_or_refuse(on, of->format, std::move(answer)));
    return {};
}

call::checked<void> agent_admin::set_break(server::exchange& on, configuration current,
                                           agent_name const& whom, bool is_break) {
    auto const of = open(on.req, std::move(current), whom);
    if (!of) return of.error();
    tables::break_change change;
    change.account = of->account->id;
    change.cli = of->cli;
    change.on_break = is_break;
    change.at = clock_.now().wall;
    change.source = tables::break_source::admin;
    auto answer = [this, &on, of = *of](outcome const& set) -> call::checked<void> {
        if (!set) return call::refused_by(set.error());
        return show(on, of, 200);
    };
    data_.set_break(std::move(change), inbox_,
                    call::answer_or_refuse(on, of->format, std::move(answer)));
    return {};
}

call::checked<void> agent_admin::show(server::exchange& on, target const& of,
                                      unsigned status) const {
    auto const found = agents::status_by_key(data_, *of.account, of.cli, clock_.now().wall);
    if (!found) return found.error(); // another call may have removed it meanwhile
    auto& out = on.body_scratch();
    out.clear();
    agents::append_status(out, of.format, *found, of.account->time_zone);
    on.reply(status, intake::content_type_of(of.format), out);
    return {};
}

} // namespace sluice::gateway::endpoints
