#include "gateway/endpoints/agent_calls.hpp"

#include "codecs/percent.hpp"
#include "gateway/agents/report_text.hpp"
#include "gateway/agents/team.hpp"
#include "gateway/call/query_value.hpp"
#include "gateway/intake/authorise.hpp"
#include "gateway/intake/own_answer.hpp"

namespace sluice::gateway::endpoints {

namespace {

using codecs::media_kind;

constexpr std::string_view breaks_suffix = "/breaks";

call::checked<std::optional<bool>> read_available(std::string_view query) {
    auto const text = call::query_value(query, "available");
    if (!text) return text.error();
    if (!*text) return std::optional<bool>();
    if (**text == "true") return std::optional(true);
    if (**text == "false") return std::optional(false);
    return call::invalid("available", "available must be true or false.");
}

call::checked<gateway::agents::interval> read_window(std::string_view query, date::time_zone const& zone,
                                               queue::wall_time now) {
    auto const from = call::query_value(query, "from");
    if (!from) return from.error();
    auto const to = call::query_value(query, "to");
    if (!to) return to.error();
    return gateway::agents::read_window({from->value_or(std::string()), "from"},
                                        {to->value_or(std::string()), "to"}, zone, now);
}

} // namespace

void agent_calls::handle(server::exchange& on, std::string_view rest) {
    auto const account = intake::authorise_bearer(with_.current->directory(), on.req);
    if (!account) return refuse(on, call::error_format(on.req), account.error());
    if (rest.empty()) return show_all(on, **account);
    rest.remove_prefix(1); // the slash
    bool const is_breaks = rest.ends_with(breaks_suffix);
    if (is_breaks) rest.remove_suffix(breaks_suffix.size());
    auto const cli = codecs::percent_decode(rest);
    if (!cli || cli->empty() || rest.find('/') != rest.npos) {
        return call::refuse(on, call::error_format(on.req),
                      {.status = 404, .detail = "There is nothing at this path."});
    }
    if (is_breaks) return show_breaks(on, **account, *cli);
    show(on, **account, *cli);
}

void agent_calls::show_all(server::exchange& on, config::account const& account) {
    auto const format = call::reply_format_of(on.req);
    if (!format) return refuse(on, media_kind::json, format.error());
    auto const is_available = read_available(on.req.query);
    if (!is_available) return refuse(on, *format, is_available.error());
    auto const all =
        gateway::agents::all_statuses(with_.data, account, *is_available, with_.clock.now().wall);
    auto& out = on.body_scratch();
    out.clear();
    gateway::agents::append_statuses(out, *format, all, account.time_zone);
    on.reply(200, intake::own_content_type(*format), out);
}

void agent_calls::show(server::exchange& on, config::account const& account, std::string_view cli) {
    auto const format = call::reply_format_of(on.req);
    if (!format) return refuse(on, media_kind::json, format.error());
    auto const status =
        gateway::agents::find_status(with_.data, account, cli, with_.clock.now().wall);
    if (!status) return refuse(on, *format, status.error());
    auto& out = on.body_scratch();
    out.clear();
    gateway::agents::append_status(out, *format, *status, account.time_zone);
    on.reply(200, intake::own_content_type(*format), out);
}

void agent_calls::show_breaks(server::exchange& on, config::account const& account,
                              std::string_view cli) {
    auto const format = call::reply_format_of(on.req, codecs::csv_offer::yes);
    if (!format) return refuse(on, media_kind::json, format.error());
    auto const now = with_.clock.now().wall;
    auto const window = read_window(on.req.query, call::find_time_zone(account.time_zone), now);
    if (!window) return refuse(on, *format, window.error());
    auto const report = gateway::agents::make_report(with_.data, account, *window, cli, now);
    if (!report) return refuse(on, *format, report.error());
    auto& out = on.body_scratch();
    out.clear();
    gateway::agents::append_report(out, *format, *report);
    on.reply(200, intake::own_content_type(*format), out);
}

} // namespace sluice::gateway::endpoints
