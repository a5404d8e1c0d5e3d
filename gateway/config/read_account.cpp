#include "codecs/contact_numbers.hpp"
#include "gateway/config/readers.hpp"
#include "gateway/config/text_checks.hpp"
#include "gateway/config/url.hpp"
#include "gateway/http/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace sluice::gateway::config {
namespace {

using namespace std::chrono_literals;

// Digits with the marks that people write between them.
bool is_phone_number(std::string_view text) {
    auto const digits = std::ranges::count_if(text, http::is_digit);
    auto const is_mark = [](char c) { return c == ' ' || c == '-' || c == '+'; };
    return digits >= least_agent_digits && digits <= most_agent_digits &&
           std::ranges::all_of(text, [&](char c) { return http::is_digit(c) || is_mark(c); });
}

callback read_callback(table_reader in) {
    callback to;
    assign(to.allow_http, in.boolean("allow_http"));
    to.allow_networks = in.parsed_list("allow_networks", network::parse);
    to.allow_ports = read_ports(in);
    if (auto const url = in.text_at("url")) {
        url_policy const policy{to.allow_http, to.allow_networks, to.allow_ports};
        to.url = check_url(in.context(), *url, policy);
    }
    if (auto table = in.table("retry")) to.retry = read_retry(*table);
    auto const secrets = read_signing_secrets(in);
    if (!secrets.empty()) to.signing_secret = secrets.front();
    if (secrets.size() > 1) in.fail("secret", "must be one secret");
    in.finish();
    return to;
}

std::optional<std::string> read_link_domain(table_reader& in) {
    auto domain = in.text("link_domain");
    if (!domain) return {};
    auto const url = parse_url(*domain, plain_http::allowed);
    if (!url)
        in.fail("link_domain", url.error().message());
    else if (url->target != "/" || url->text.find('#') != url->text.npos)
        in.fail("link_domain", "must have no path, such as \"https://go.example.com\"");
    else
        domain = url->text;
    if (domain->ends_with('/')) domain->pop_back();
    return domain;
}

void read_numbers(table_reader& in, account& to) {
    assign(to.country_code, in.text("country_code"));
    auto const& code = to.country_code;
    if (in.has("country_code") && !code.empty() &&
        (code.size() > 4 || code.front() == '0' || !std::ranges::all_of(code, http::is_digit)))
        in.fail("country_code", "must have 1 to 4 digits, without + and leading zeros");
    std::map<std::string, std::string> agents; // in one form, and as they were written first
    for (auto const& agent : in.texts("agents")) {
        if (!is_phone_number(agent.text))
            in.context().error(agent.at, fmt::format("must be a phone number of {} to {} digits",
                                                     least_agent_digits, most_agent_digits));
        auto const number = codecs::normalise_number(agent.text, code).value_or(agent.text);
        auto const [known, is_new] = agents.emplace(number, agent.text);
        if (!is_new) in.context().warn(agent.at, "is the same agent as \"" + known->second + "\"");
        to.agents.push_back(agent.text);
    }
    if (auto const zone = in.text("time_zone")) {
        to.time_zone = *zone;
        if (auto const checked = check_time_zone(*zone); !checked)
            in.fail("time_zone", checked.error().message());
    }
}

void read_doors(table_reader& in, account& to) {
    to.secrets = read_account_secrets(in);
    to.cust_tokens = read_cust_tokens(in);
    to.allow_from = in.parsed_list("allow_from", network::parse);
    assign(to.allow_http, in.boolean("allow_http"));
    assign(to.require_secret, in.boolean("require_secret"));
    if (to.require_secret && !in.has("secrets") && !in.has("secrets_file") &&
        to.cust_tokens.empty())
        in.warn("require_secret", "there is no secret, so nobody can call");
}

} // namespace

account read_account(table_reader in) {
    account to;
    to.id = read_name(in, "id", name_kind::account);
    read_doors(in, to);
    to.rate = read_rate(in);
    if (to.rate) to.rate->burst = std::max<std::uint64_t>(1, to.rate->count);
    read_numbers(in, to);
    assign(to.weight, in.integer("weight", {1, 1'000}));
    if (auto table = in.table("callback")) to.report_to = read_callback(*table);
    to.link_domain = read_link_domain(in);
    to.link_expiry = in.duration("link_expiry", {1s, 24h * 36'525});
    in.finish();
    return to;
}

} // namespace sluice::gateway::config
