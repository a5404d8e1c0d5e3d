#include "gateway/endpoints/agent_calls.hpp"

#include "codecs/contact_numbers.hpp"
#include "codecs/percent.hpp"
#include "gateway/agents/report_text.hpp"
#include "gateway/agents/team.hpp"
#include "gateway/call/answer_or_refuse.hpp"
#include "gateway/call/fields.hpp"
#include "gateway/call/query_value.hpp"
#include "gateway/intake/authorise.hpp"
#include "gateway/intake/table_answer.hpp"

namespace sluice::gateway::endpoints {

namespace {

call::checked<std::optional<bool>> read_available(std::string_view query) {
    auto const text = call::query_value(query, "available");
    if (!text) return text.error();
    if (!*text) return std::optional<bool>();
    if (**text == "true") return std::optional(true);
    if (**text == "false") return std::optional(false);
    return call::invalid("available", "available must be true or false.");
}

call::checked<gateway::agents::interval>
read_window(std::string_view query, date::time_zone const& zone, queue::wall_time now) {
    auto const from = call::query_value(query, "from");
    if (!from) return from.error();
    auto const to = call::query_value(query, "to");
    if (!to) return to.error();
    return gateway::agents::read_window({from->value_or(std::string()), "from"},
                                        {to->value_or(std::string()), "to"}, zone, now);
}

} // namespace

call::checked<agent_calls::named> agent_calls::open(server::request const& req,
                                                    std::string_view cli) const {
    auto const account = intake::authorise_bearer(with_.current->directory(), req);
    if (!account) return account.error();
    auto text = codecs::percent_decode(cli);
    if (!text) return call::refusal{.status = 404, .detail = "There is nothing at this path."};
    if (codecs::is_decimal_text(*text)) {
        return call::invalid("cli", call::decimal_problem("cli", *text));
    }
    return named{**account, std::move(*text)};
}

call::checked<void> agent_calls::show_all(server::exchange& on) {
    auto const whose = open(on.req, {});
    if (!whose) return whose.error();
    auto const& account = whose->account;
    auto const format = call::reply_format_of(on.req);
    if (!format) return format.error();
    auto const is_available = read_available(on.req.query);
    if (!is_available) return is_available.error();
    auto const all =
        gateway::agents::all_statuses(with_.data, account, *is_available, with_.clock.now().wall);
    auto& out = on.body_scratch();
    out.clear();
    gateway::agents::append_statuses(out, *format, all, account.time_zone);
    on.reply(200, intake::content_type_of(*format), out);
    return {};
}

call::checked<void> agent_calls::show(server::exchange& on, std::string_view name) {
    auto const whose = open(on.req, name);
    if (!whose) return whose.error();
    auto const& [account, cli] = *whose;
    auto const format = call::reply_format_of(on.req);
    if (!format) return format.error();
    auto const status =
        gateway::agents::find_status(with_.data, account, cli, with_.clock.now().wall);
    if (!status) return status.error();
    auto& out = on.body_scratch();
    out.clear();
    gateway::agents::append_status(out, *format, *status, account.time_zone);
    on.reply(200, intake::content_type_of(*format), out);
    return {};
}

call::checked<void> agent_calls::show_breaks(server::exchange& on, std::string_view name) {
    auto const whose = open(on.req, name);
    if (!whose) return whose.error();
    auto const& [account, cli] = *whose;
    auto const format = call::reply_format_of(on.req, codecs::csv_offer::yes);
    if (!format) return format.error();
    auto const now = with_.clock.now().wall;
    auto const window = read_window(on.req.query, call::find_time_zone(account.time_zone), now);
    if (!window) return window.error();
    auto const report = gateway::agents::make_report(with_.data, account, *window, cli, now);
    if (!report) return report.error();
    auto& out = on.body_scratch();
    out.clear();
    gateway::agents::append_report(out, *format, *report);
    on.reply(200, intake::content_type_of(*format), out);
    return {};
}

call::checked<agent_calls::planned_of> agent_calls::open_planned(server::request const& req,
                                                                 std::string_view name) const {
    auto const whose = open(req, name);
    if (!whose) return whose.error();
    auto const& [account, cli] = *whose;
    auto const format = call::reply_format_of(req);
    if (!format) return format.error();
    auto const status =
        gateway::agents::find_status(with_.data, account, cli, with_.clock.now().wall);
    if (!status) return status.error();
    return planned_of{account.id, account.time_zone, status->cli, *format};
}

call::checked<void> agent_calls::show_planned(server::exchange& on, std::string_view name) {
    auto const of = open_planned(on.req, name);
    if (!of) return of.error();
    using changes = std::vector<tables::break_change>;
    auto answer = [&on, of = *of](tables::result<changes> const& all) -> call::checked<void> {
        if (!all) return call::refused_by(all.error());
        auto& out = on.body_scratch();
        out.clear();
        gateway::agents::append_planned(out, of.format, of.cli, *all, of.time_zone);
        on.reply(200, intake::content_type_of(of.format), out);
        return {};
    };
    with_.data.list_planned(of->account, of->cli, with_.inbox,
                            call::answer_or_refuse(on, of->format, std::move(answer)));
    return {};
}

call::checked<void> agent_calls::cancel_planned(server::exchange& on, std::string_view name) {
    auto const of = open_planned(on.req, name);
    if (!of) return of.error();
    auto answer = [&on, of = *of](tables::result<std::size_t> const& count) -> call::checked<void> {
        if (!count) return call::refused_by(count.error());
        auto& out = on.body_scratch();
        out.clear();
        gateway::agents::append_cancelled(out, of.format, of.cli, *count);
        on.reply(200, intake::content_type_of(of.format), out);
        return {};
    };
    with_.data.cancel_planned(of->account, of->cli, with_.inbox,
                              call::answer_or_refuse(on, of->format, std::move(answer)));
    return {};
}

} // namespace sluice::gateway::endpoints
