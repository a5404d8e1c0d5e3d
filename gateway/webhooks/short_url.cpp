#include "gateway/webhooks/short_url.hpp"

#include "codecs/json.hpp"
#include "codecs/xml_text.hpp"
#include "gateway/call/fields.hpp"
#include "gateway/call/times.hpp"
#include "gateway/config/url.hpp"
#include "gateway/webhooks/caller.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway::webhooks {

namespace {

// Everything that RFC 3986 lets stand in a URL is among these; what is not may break out of a
// header line or be read in two ways.
bool is_url_byte(char c) {
    constexpr std::string_view never = "\"<>\\^`{|}";
    return c > 0x20 && c < 0x7f && never.find(c) == never.npos;
}

// The configuration's parser knows no fragments; a link may have one.
boost::system::result<config::http_url> parse_link(std::string_view url) {
    return config::parse_url(url.substr(0, url.find('#')), config::plain_http::allowed);
}

std::optional<std::string> problem_of(std::string_view url, short_url_rules const& rules) {
    if (url.size() > rules.max_url_bytes) {
        return fmt::format("longUrl must have at most {} bytes; it has {}.", rules.max_url_bytes,
                           url.size());
    }
    if (!std::ranges::all_of(url, is_url_byte)) {
        return "longUrl must have no spaces, quotes, control characters or characters beyond "
               "ASCII; write them as %XX.";
    }
    auto const fragment = url.substr(std::min(url.find('#'), url.size()));
    if (std::ranges::count(fragment, '#') > 1) return "longUrl must have one # at most.";
    if (auto const parsed = parse_link(url); !parsed) {
        return fmt::format("longUrl {}.", parsed.error().message());
    }
    if (leads_to(url, rules.own_origins)) return "longUrl must not lead back to the shortener.";
    return std::nullopt;
}

std::string_view without_last_dot(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    return host;
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
        out.long_url = url->value();
        if (auto problem = problem_of(out.long_url, rules)) {
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

} // namespace sluice::gateway::webhooks
