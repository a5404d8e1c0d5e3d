#include "gateway/endpoints/table_admin.hpp"

#include "codecs/json_string.hpp"
#include "codecs/percent.hpp"
#include "codecs/query.hpp"
#include "gateway/call/times.hpp"
#include "gateway/webhooks/short_url.hpp"
#include "gateway/webhooks/user_preferences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace sluice::gateway::endpoints {

namespace {

constexpr auto json_kind = codecs::media_kind::json;
constexpr std::string_view json_type = "application/json";

call::checked<config::account const*> open_account(plan::resolved_configuration const& current,
                                                   std::string_view account) {
    if (!current.settings().admin_token)
        return call::forbidden("Links and persons are shown to whoever has the admin token; the "
                               "configuration has none.");
    auto const id = codecs::percent_decode(account);
    auto const* const found = id ? current.directory().accounts().by_id(*id) : nullptr;
    if (!found) return call::refusal{.status = 404, .detail = "There is no such account."};
    return found;
}

// At most so many.
struct entries {
    std::size_t most;
};

call::checked<entries> read_limit(std::string_view query) {
    auto const text = codecs::find_in_query(query, "limit");
    if (!text) return entries{table_admin::usual_limit};
    std::size_t limit = 0;
    auto const* const end = text->data() + text->size();
    auto const [parsed, ec] = std::from_chars(text->data(), end, limit);
    if (ec != std::errc() || parsed != end || limit == 0 || limit > table_admin::highest_limit)
        return call::invalid(
            "limit", fmt::format("Must be a number from 1 to {}.", table_admin::highest_limit));
    return entries{limit};
}

void append_instant_or_null(std::string& out, std::optional<queue::wall_time> const& at) {
    if (!at) {
        out += "null";
        return;
    }
    out += '"';
    call::append_instant(out, *at);
    out += '"';
}

void append_kept_link(std::string& out, tables::link const& link, std::uint64_t clicks) {
    out += "{\"code\":";
    codecs::append_json_string(out, link.code.view());
    out += ",\"longUrl\":";
    codecs::append_json_string(out, link.long_url);
    out += ",\"created\":";
    append_instant_or_null(out, link.created);
    out += ",\"expires\":";
    append_instant_or_null(out, link.expires);
    out += fmt::format(",\"clicks\":{}}}", clicks);
}

void append_person(std::string& out, webhooks::person const& whose,
                   tables::user_variables const& kept) {
    out += "{\"accountID\":";
    codecs::append_json_string(out, whose.account);
    out += ",\"contactNumber\":";
    codecs::append_json_string(out, whose.contact);
    out += fmt::format(",\"keys\":{},\"updated\":", kept.size());
    auto const newest = std::ranges::max_element(kept, {}, &tables::user_variable::updated);
    append_instant_or_null(out,
                           newest == kept.end() ? std::nullopt : std::optional(newest->updated));
    out += '}';
}

// Begins a list; one entry more than are shown says that there are more.
class list_body {
  public:
    list_body(std::string& out, std::string_view name)
        : out_(out) {
        out_ = fmt::format("{{\"{}\":[", name);
    }
    std::string& next() {
        if (out_.back() != '[') out_ += ',';
        return out_;
    }
    void end(bool has_more) { out_ += fmt::format("],\"more\":{}}}", has_more); }

  private:
    std::string& out_;
};

} // namespace

call::checked<void> table_admin::list_links(server::exchange& on, configuration const& current,
                                            std::string_view account) const {
    auto const of = open_account(*current, account);
    if (!of) return of.error();
    auto const limit = read_limit(on.req.query);
    if (!limit) return limit.error();
    auto links = data_.newest_links((*of)->id, limit->most + 1);
    bool const has_more = links.size() > limit->most;
    if (has_more) links.pop_back();
    list_body body(on.body_scratch(), "links");
    for (auto const& each : links)
        append_kept_link(body.next(), *each, data_.clicks_of(each->code).total);
    body.end(has_more);
    on.reply(200, json_type, on.body_scratch());
    return {};
}

call::checked<void> table_admin::show_link(server::exchange& on, configuration const& current,
                                           kept_name const& which) const {
    auto const of = open_account(*current, which.account);
    if (!of) return of.error();
    auto const code = tables::link_code::parse(which.name);
    auto const link = code ? data_.find_link(*code) : nullptr;
    if (!link || link->account != (*of)->id)
        return call::refusal{.status = 404, .detail = "There is no such link."};
    auto const base = webhooks::link_base(**of, current->settings().built_in, {});
    auto& body = on.body_scratch();
    body.clear();
    webhooks::append_link(body, json_kind, *link, data_.clicks_of(link->code), base);
    on.reply(200, json_type, body);
    return {};
}

call::checked<void> table_admin::list_users(server::exchange& on, configuration const& current,
                                            std::string_view account) const {
    auto const of = open_account(*current, account);
    if (!of) return of.error();
    auto const limit = read_limit(on.req.query);
    if (!limit) return limit.error();
    auto contacts = data_.contacts((*of)->id, limit->most + 1);
    bool const has_more = contacts.size() > limit->most;
    if (has_more) contacts.pop_back();
    list_body body(on.body_scratch(), "users");
    for (auto const& each : contacts) {
        auto const kept = data_.user_variables((*of)->id, each);
        if (kept) append_person(body.next(), {(*of)->id, each}, *kept);
    }
    body.end(has_more);
    on.reply(200, json_type, on.body_scratch());
    return {};
}

call::checked<void> table_admin::show_user(server::exchange& on, configuration const& current,
                                           kept_name const& which) const {
    auto const of = open_account(*current, which.account);
    if (!of) return of.error();
    auto const text = codecs::percent_decode(which.name);
    auto const contact = text ? webhooks::contact_key(*text, (*of)->country_code) : std::nullopt;
    auto const kept = contact ? data_.user_variables((*of)->id, *contact) : nullptr;
    if (!kept) return call::refusal{.status = 404, .detail = "Nothing is kept about this contact."};
    auto& body = on.body_scratch();
    body.clear();
    webhooks::append_preferences(body, json_kind, {(*of)->id, *contact}, kept.get(),
                                 webhooks::key_times::shown);
    on.reply(200, json_type, body);
    return {};
}

} // namespace sluice::gateway::endpoints
