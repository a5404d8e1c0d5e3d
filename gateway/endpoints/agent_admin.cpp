#include "gateway/endpoints/agent_admin.hpp"

#include "codecs/percent.hpp"
#include "gateway/agents/report_text.hpp"
#include "gateway/agents/team.hpp"
#include "gateway/intake/own_answer.hpp"

#include <algorithm>

namespace sluice::gateway::endpoints {

namespace {

constexpr std::string_view break_suffix = "/break";
constexpr std::size_t shortest_number = 3; // as in the configuration
constexpr std::size_t longest_number = 20;

bool is_number(std::string_view text) {
    return text.size() >= shortest_number && text.size() <= longest_number &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

call::refusal nothing_here() {
    return {.status = 404, .detail = "There is nothing at this path."};
}

call::refusal not_allowed(std::string_view allowed) {
    call::refusal why{.status = 405, .detail = "The method is not allowed here."};
    why.allow = allowed;
    return why;
}

} // namespace

std::optional<agent_path> parse_agent_path(std::string_view path) {
    constexpr std::string_view prefix = "/v1/accounts/";
    constexpr std::string_view middle = "/agents";
    if (!path.starts_with(prefix)) return std::nullopt;
    path.remove_prefix(prefix.size());
    auto const slash = path.find('/');
    if (slash == path.npos || slash == 0) return std::nullopt;
    auto const rest = path.substr(slash);
    bool const is_ours = rest == middle || (rest.starts_with(middle) && rest[middle.size()] == '/');
    if (!is_ours) return std::nullopt;
    return agent_path{path.substr(0, slash), rest.substr(middle.size())};
}

void agent_admin::handle(server::exchange& on,
                         std::shared_ptr<plan::resolved_configuration const> current,
                         agent_path const& path) {
    auto const method = on.req.method;
    auto const format = call::reply_format_of(on.req);
    if (!format) return refuse(on, codecs::media_kind::json, format.error());
    auto const id = codecs::percent_decode(path.account);
    auto const* const account = id ? current->directory().accounts().by_id(*id) : nullptr;
    if (!account)
        return call::refuse(on, *format, {.status = 404, .detail = "There is no such account."});
    auto rest = path.rest;
    target of{std::move(current), account, {}, *format};
    if (rest.empty()) {
        if (method != "GET" && method != "HEAD") {
            return refuse(on, *format, not_allowed("GET, HEAD"));
        }
        auto const all = agents::all_statuses(data_, *account, std::nullopt, clock_.now().wall);
        auto& out = on.body_scratch();
        out.clear();
        agents::append_statuses(out, *format, all, account->time_zone);
        return on.reply(200, intake::own_content_type(*format), out);
    }
    rest.remove_prefix(1); // the slash
    bool const is_break = rest.ends_with(break_suffix);
    if (is_break) rest.remove_suffix(break_suffix.size());
    auto const cli = codecs::percent_decode(rest);
    if (!cli || cli->empty() || rest.find('/') != rest.npos) {
        return refuse(on, *format, nothing_here());
    }
    of.cli = agents::key_of(data_, *account, *cli);
    if (method != "PUT" && method != "DELETE") {
        return refuse(on, *format, not_allowed("PUT, DELETE"));
    }
    if (is_break) return set_break(on, of, method == "PUT");
    if (method == "PUT") return add(on, of);
    remove(on, of);
}

void agent_admin::add(server::exchange& on, target const& of) {
    if (!is_number(of.cli)) {
        return refuse(on, of.format,
                      call::invalid("cli", "An agent must be a phone number of 3 to 20 digits."));
    }
    auto done = [this, &on, of](tables::result<tables::change_outcome> outcome) {
        if (!outcome) return refuse(on, of.format, intake::refused_by_tables(outcome.error()));
        show(on, of, *outcome == tables::change_outcome::changed ? 201 : 200);
    };
    data_.add_agent(of.account->id, of.cli, clock_.now().wall, inbox_, std::move(done));
}

void agent_admin::remove(server::exchange& on, target const& of) {
    auto done = [this, &on, of](tables::result<tables::change_outcome> outcome) {
        if (!outcome) return refuse(on, of.format, intake::refused_by_tables(outcome.error()));
        auto const left = data_.find_agent(of.account->id, of.cli);
        if (left && left->is_configured) {
            return call::refuse(
                on, of.format,
                {.status = 409,
                 .detail = "The agent stands in the configuration; remove it there."});
        }
        if (*outcome == tables::change_outcome::changed) return on.reply(204, {}, {});
        refuse(on, of.format, intake::refused_by_tables(tables::errc::unknown_agent));
    };
    data_.remove_agent(of.account->id, of.cli, clock_.now().wall, inbox_, std::move(done));
}

void agent_admin::set_break(server::exchange& on, target const& of, bool is_break) {
    tables::break_change change;
    change.account = of.account->id;
    change.cli = of.cli;
    change.on_break = is_break;
    change.at = clock_.now().wall;
    change.source = tables::break_source::admin;
    auto done = [this, &on, of](tables::result<tables::change_outcome> outcome) {
        if (!outcome) return refuse(on, of.format, intake::refused_by_tables(outcome.error()));
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
    on.reply(status, intake::own_content_type(of.format), out);
}

} // namespace sluice::gateway::endpoints
