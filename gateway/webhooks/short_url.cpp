#include "gateway/webhooks/short_url.hpp"

#include "codecs/json.hpp"
#include "codecs/xml_text.hpp"
#include "gateway/call/fields.hpp"
#include "gateway/call/link_origin.hpp"
#include "gateway/call/times.hpp"
#include "gateway/config/url.hpp"
#include "gateway/intake/authorise.hpp"
#include "gateway/webhooks/caller.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway::webhooks {

namespace {

boost::system::result<config::http_url, config::url_problem> parse_link(std::string_view url) {
    return config::parse_url(url, config::plain_http::allowed);
}

std::string_view without_last_dot(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    return host;
}

// Where a browser that follows the link would reach its own machine or network.
bool is_near_address(config::ip_address const& address) {
    static std::vector<config::network> const near = [] {
        std::vector<config::network> made;
        for (std::string_view const text :
             {"0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
              "192.168.0.0/16", "::/127", "fc00::/7", "fe80::/10"})
            made.push_back(config::network::parse(text).value());
        return made;
    }();
    return config::contains(near, address);
}

// "localhost" and what ends in it are loopback (RFC 6761 section 6.3).
bool is_near_name(std::string_view host) {
    auto const name = without_last_dot(host);
    return name == "localhost" || name.ends_with(".localhost");
}

std::optional<std::string> problem_of(std::string_view url, short_url_rules const& rules,
                                      std::string& kept) {
    auto const too_long = [&rules](std::size_t size, std::string_view how) {
        return fmt::format("longUrl must have at most {} bytes{}; it has {}.", rules.max_url_bytes,
                           how, size);
    };
    if (url.size() > rules.max_url_bytes) return too_long(url.size(), "");
    auto parsed = parse_link(url);
    if (!parsed) return fmt::format("longUrl {}.", parsed.error().message());
    if (parsed->text.size() > rules.max_url_bytes)
        return too_long(parsed->text.size(), " with its characters percent-encoded");
    if (leads_to(url, rules.own_origins)) return "longUrl must not lead back to the shortener.";
    bool const is_near =
        parsed->literal ? is_near_address(*parsed->literal) : is_near_name(parsed->host);
    if (is_near) {
        return fmt::format("longUrl must not lead to a loopback, private or link-local address, "
                           "as {} is.",
                           parsed->literal ? parsed->literal->to_string() : parsed->host);
    }
    kept = std::move(parsed->text);
    return std::nullopt;
}

bool is_same_place(config::http_url const& a, config::http_url const& b) {
    auto const is_default = [](std::uint16_t port) { return port == 80 || port == 443; };
    bool const is_same_port = a.port == b.port || (is_default(a.port) && is_default(b.port));
    if (!is_same_port) return false;
    if (a.literal || b.literal) return a.literal == b.literal;
    return without_last_dot(a.host) == without_last_dot(b.host);
}

void append_link_json(std::string& out, tables::link const& link, tables::link_clicks const& clicks,
                      std::string_view short_url) {
    auto to = std::back_inserter(out);
    out += "{\"code\":\"";
    out.append(link.code.view()).append("\",\"shortUrl\":");
    codecs::append_json_string(out, short_url);
    out += ",\"longUrl\":";
    codecs::append_json_string(out, link.long_url);
    fmt::format_to(to, R"(,"created":"{}","expires":)", call::to_text(link.created));
    out += link.expires ? '"' + call::to_text(*link.expires) + '"' : "null";
    fmt::format_to(to, R"(,"clicks":{},"days":[)", clicks.total);
    for (auto const& day : clicks.days) {
        if (&day != &clicks.days.front()) out += ',';
        fmt::format_to(to, R"({{"date":"{}","clicks":{}}})", call::to_date_text(day.day),
                       day.clicks);
    }
    out += "]}";
}

void append_link_xml(std::string& out, tables::link const& link, tables::link_clicks const& clicks,
                     std::string_view short_url) {
    out += "<response>";
    codecs::append_xml_element(out, "code", link.code.view());
    codecs::append_xml_element(out, "shortUrl", short_url);
    codecs::append_xml_element(out, "longUrl", link.long_url);
    codecs::append_xml_element(out, "created", call::to_text(link.created));
    if (link.expires) codecs::append_xml_element(out, "expires", call::to_text(*link.expires));
    codecs::append_xml_element(out, "clicks", fmt::to_string(clicks.total));
    for (auto const& day : clicks.days) {
        fmt::format_to(std::back_inserter(out), "<days><date>{}</date><clicks>{}</clicks></days>",
                       call::to_date_text(day.day), day.clicks);
    }
    out += "</response>";
}

// Every origin that is a shortener's: a link to one of them could lead round for ever.
std::vector<std::string> own_origins(config::configuration const& settings,
                                     std::string const& request_origin) {
    std::vector<std::string> all{request_origin};
    for (auto const& where : settings.listen)
        all.push_back("http://" + where.to_string());
    if (settings.built_in.short_url_base) all.push_back(*settings.built_in.short_url_base);
    for (auto const& account : settings.accounts) {
        if (account.link_domain) all.push_back(*account.link_domain);
    }
    return all;
}

using made_link = std::shared_ptr<tables::link const>;

tables::kept_answer link_answer(codecs::media_kind format, std::string_view base,
                                tables::link_code code) {
    return answer_of(format, [&](std::string& out) { append_short_url(out, format, base, code); });
}

} // namespace

codecs::name_rules const& short_url_names() {
    static codecs::name_rules const rules = [] {
        codecs::name_rules made;
        made.system_names = {call::security_id_name, call::dashed_security_id_name};
        made.plain_names = {"method", "accountID"};
        return made;
    }();
    return rules;
}

call::checked<short_url_call> check_short_url(codecs::variables const& call,
                                              short_url_rules const& rules) {
    call::field_problems found;
    short_url_call out;
    if (rules.needs_token || call.find(cust_token_name)) {
        auto const* const token = call::required_field(call, cust_token_name, "custToken", found);
        if (token) out.cust_token = token->value();
    }
    if (auto const* const url = call::required_field(call, "$flow.key.longUrl", "longUrl", found)) {
        if (auto problem = problem_of(url->value(), rules, out.long_url)) {
            found.push_back({url->pointer, std::move(*problem)});
        }
    }
    if (!found.empty()) return call::invalid(std::move(found));
    return out;
}

bool leads_to(std::string_view url, std::span<std::string_view const> origins) {
    auto const target = parse_link(url);
    if (!target) return false;
    return std::ranges::any_of(origins, [&](std::string_view origin) {
        auto const own = parse_link(origin);
        return own && is_same_place(*target, *own);
    });
}

std::string link_base(config::account const& account, config::webhooks const& settings,
                      std::string_view request_origin) {
    if (account.link_domain) return *account.link_domain;
    if (settings.short_url_base) return *settings.short_url_base;
    return std::string(request_origin);
}

void append_short_url(std::string& out, codecs::media_kind format, std::string_view base,
                      tables::link_code code) {
    auto const url = fmt::format("{}/{}", base, code.view());
    if (format == codecs::media_kind::xml) {
        out += "<response>";
        codecs::append_xml_element(out, "shortUrl", url);
        out += "</response>";
        return;
    }
    out += "{\"shortUrl\":";
    codecs::append_json_string(out, url);
    out += '}';
}

void append_link(std::string& out, codecs::media_kind format, tables::link const& link,
                 tables::link_clicks const& clicks, std::string_view base) {
    auto const url = fmt::format("{}/{}", base, link.code.view());
    if (format == codecs::media_kind::xml) return append_link_xml(out, link, clicks, url);
    append_link_json(out, link, clicks, url);
}

webhook_answer answer_short_url(webhook_call const& call) {
    auto& on = call.on;
    auto const& known = call.with.current->directory();
    auto const& settings = known.settings();
    auto const from = call::request_origin(on.req, settings.trusted_proxies);
    auto const own = own_origins(settings, from);
    std::vector<std::string_view> const origins(own.begin(), own.end());
    short_url_rules rules;
    rules.max_url_bytes = settings.limit.link_url_bytes;
    rules.own_origins = origins;
    auto brought = read_credentials(call.variables);
    if (!brought) return brought.error();
    brought->cust_token = call.variables.value(cust_token_name);
    rules.needs_token = brought->security_id.empty() && !intake::bearer_token(on.req);
    auto const checked = check_short_url(call.variables, rules);
    // Who may not call learns nothing about the rest.
    bool const has_credential = !brought->cust_token.empty() || !rules.needs_token;
    auto const account = has_credential || checked
                             ? intake::authorise_webhook(known, on.req, *brought)
                             : call::checked<config::account const*>(checked.error());
    if (!account) return account.error();
    bool const is_own_token = brought->cust_token.empty() ||
                              known.accounts().by_cust_token(brought->cust_token) == *account;
    if (!is_own_token) return call::unauthorised("The custToken is not the caller's.");
    if (!checked) return checked.error();
    auto const now = call.with.clock.now().wall;
    auto const key = intake::read_call_key(on.req, (*account)->id, now);
    if (!key) return key.error();
    if (auto first = intake::find_first_answer(call.on, call.with.data, *key); !first || *first) {
        return first;
    }

    tables::new_link asked;
    asked.key = tables::make_link_key((*account)->id, checked->cust_token, checked->long_url);
    asked.account = (*account)->id;
    asked.long_url = checked->long_url;
    asked.now = now;
    asked.expiry = (*account)->link_expiry;
    auto base = link_base(**account, settings.built_in, from);
    auto const format = call.format;
    // With a key there is something to write: its answer.
    auto const stored = *key ? nullptr : call.with.data.find_link(asked.key);
    if (stored && is_fresh(*stored, asked)) return link_answer(format, base, stored->code);
    auto answer = [format, base = std::move(base)](
                      tables::result<made_link> const& link) -> call::checked<tables::kept_answer> {
        if (!link) return call::refused_by(link.error());
        return link_answer(format, base, (*link)->code);
    };
    auto write = [&with = call.with, asked = std::move(asked)](auto const& done,
                                                               auto const& keyed) {
        with.data.store_link(tables::new_link(asked), with.inbox, done, keyed);
    };
    intake::answer_write<made_link>(call.with, on, format, *key, answer, write);
    return answered_later;
}

} // namespace sluice::gateway::webhooks
