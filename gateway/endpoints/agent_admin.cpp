#include "gateway/endpoints/agent_admin.hpp"

#include "codecs/percent.hpp"
#include "gateway/agents/report_text.hpp"
#include "gateway/agents/team.hpp"
#include "gateway/intake/table_answer.hpp"

#include <algorithm>

namespace sluice::gateway::endpoints {

namespace {

constexpr std::size_t shortest_number = 3; // as in the configuration
constexpr std::size_t longest_number = 20;

bool is_number(std::string_view text) {
    return text.size() >= shortest_number && text.size() <= longest_number &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

call::refusal nothing_here() {
    return {.status = 404, .detail = "There is nothing at this path."};
}

} // namespace

void agent_admin::list(server::exchange& on, configuration const& current,
                       std::string_view account) {
    auto const of = open(on.req, current, {account, {}});
    if (!of) return refuse(on, call::error_format(on.req), of.error());
    auto const all = agents::all_statuses(data_, *of->account, std::nullopt, clock_.now().wall);
    auto& out = on.body_scratch();
    out.clear();
    agents::append_statuses(out, of->format, all, of->account->time_zone);
    on.reply(200, intake::content_type_of(of->format), out);
}

call::checked<agent_admin::target>
agent_admin::open(server::request const& req, configuration current, agent_name const& whom) const {
    auto const format = call::reply_format_of(req);
    if (!format) return format.error();
    auto const id = codecs::percent_decode(whom.account);
    auto const* const account = id ? current->directory().accounts().by_id(*id) : nullptr;
    if (!account) return call::refusal{.status = 404, .detail = "There is no such account."};
    auto const cli = codecs::percent_decode(whom.cli);
    if (!cli) return nothing_here();
    return target{std::move(current), account, agents::key_of(data_, *account, *cli), *format};
}

void agent_admin::add(server::exchange& on, configuration current, agent_name const& whom) {
    auto const opened = open(on.req, std::move(current), whom);
    if (!opened) return refuse(on, call::error_format(on.req), opened.error());
    auto const& of = *opened;
    if (!is_number(of.cli)) {
        return refuse(on, of.format,
                      call::invalid("cli", "An agent must be a phone number of 3 to 20 digits."));
    }
    auto done = [this, &on, of](tables::result<tables::change_outcome> outcome) {
        if (!outcome) return refuse(on, of.format, call::refused_by(outcome.error()));
        show(on, of, *outcome == tables::change_outcome::changed ? 201 : 200);
    };
    data_.add_agent(of.account->id, of.cli, clock_.now().wall, inbox_, std::move(done));
}

void agent_admin::remove(server::exchange& on, configuration current, agent_name const& whom) {
    auto const opened = open(on.req, std::move(current), whom);
    if (!opened) return refuse(on, call::error_format(on.req), opened.error());
    auto const& of = *opened;
    auto done = [this, &on, of](tables::result<tables::change_outcome> outcome) {
        if (!outcome) return refuse(on, of.format, call::refused_by(outcome.error()));
        auto const left = data_.find_agent(of.account->id, of.cli);
        if (left && left->is_configured) {
            return call::refuse(
                on, of.format,
                {.status = 409,
                 .detail = "The agent stands in the configuration; remove it there."});
        }
        if (*outcome == tables::change_outcome::changed) return on.reply(204, {}, {});
        refuse(on, of.format, call::refused_by(tables::errc::unknown_agent));
    };
    data_.remove_agent(of.account->id, of.cli, clock_.now().wall, inbox_, std::move(done));
}

void agent_admin::set_break(server::exchange& on, configuration current, agent_name const& whom,
                            bool is_break) {
    auto const opened = open(on.req, std::move(current), whom);
    if (!opened) return refuse(on, call::error_format(on.req), opened.error());
    auto const& of = *opened;
    tables::break_change change;
    change.account = of.account->id;
    change.cli = of.cli;
    change.on_break = is_break;
    change.at = clock_.now().wall;
    change.source = tables::break_source::admin;
    auto done = [this, &on, of](tables::result<tables::change_outcome> outcome) {
        if (!outcome) return refuse(on, of.format, call::refused_by(outcome.error()));
        show(on, of, 200);
    };
    data_.set_break(std::move(change), inbox_, std::move(done));
}

void agent_admin::show(server::exchange& on, target const& of, unsigned status) {
    auto const found = agents::status_by_key(data_, *of.account, of.cli, clock_.now().wall);
    // Another call may have removed it meanwhile.
    if (!found) return refuse(on, of.format, found.error());
    auto& out = on.body_scratch();
    out.clear();
    agents::append_status(out, of.format, *found, of.account->time_zone);
    on.reply(status, intake::content_type_of(of.format), out);
}

} // namespace sluice::gateway::endpoints
