#include "gateway/config/address_ranges.hpp"
#include "gateway/config/readers.hpp"
#include "gateway/config/text_checks.hpp"
#include "gateway/config/url.hpp"
#include "gateway/http/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway::config {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_name = 64;

bool is_destination_name_character(char c) noexcept {
    return http::is_alphanumeric(c) || std::string_view("._-:@").find(c) != std::string_view::npos;
}

header_list read_headers(table_reader& in) {
    header_list headers;
    for (auto const& [name, value] : in.text_pairs("headers")) {
        auto const is_same = [&name = name](auto const& header) {
            return http::equal_ignoring_case(header.first, name.text);
        };
        if (auto const checked = check_header_name(name.text); !checked)
            in.context().error(name.at, checked.error().message());
        else if (std::ranges::any_of(headers, is_same))
            in.context().error(name.at, "this header is already in the table");
        if (auto const checked = check_header_value(value.text); !checked)
            in.context().error(value.at, checked.error().message());
        headers.emplace_back(name.text, value.text);
    }
    return headers;
}

void read_accept_encoding(table_reader& in, upstream& to) {
    constexpr std::string_view key = "accept_encoding";
    auto const given = in.text(key);
    if (!given) return;
    to.accept_encoding = *given;
    if (given->empty() || !check_header_value(*given))
        in.fail(key, "must be a list of content codings such as \"gzip\"");
    bool const stands_twice = std::ranges::any_of(to.headers, [](auto const& header) {
        return http::equal_ignoring_case(header.first, "Accept-Encoding");
    });
    if (stands_twice) in.fail(key, "cannot stand beside the header Accept-Encoding in \"headers\"");
}

oauth2_client read_oauth2(table_reader in, url_policy policy) {
    oauth2_client to;
    in.require("token_url");
    if (auto const url = in.text_at("token_url")) {
        to.token_url = check_url(in.context(), *url, policy);
    }
    in.require("client_id");
    assign(to.client_id, in.text("client_id"));
    if (in.has("client_id") && to.client_id.empty()) in.fail("client_id", "must not be empty");
    if (auto const found = read_secret(in, "client_secret"))
        to.client_secret = *found;
    else if (!in.has("client_secret") && !in.has("client_secret_file"))
        in.require("client_secret");
    assign(to.scope, in.text("scope"));
    in.finish();
    return to;
}

// What goes into an Authorization line must not end it.
std::optional<secret> read_credential(table_reader& in, std::string_view key) {
    auto found = read_secret(in, key);
    if (found && !check_header_value(found->reveal()))
        in.fail(key, "must not have control characters");
    return found;
}

// "Name: value".
std::optional<header_credential> read_header_credential(table_reader& in) {
    auto const line = read_credential(in, "header");
    if (!line) return {};
    auto const text = line->reveal();
    auto const colon = text.find(':');
    auto const begin = colon == text.npos ? text.npos : text.find_first_not_of(" \t", colon + 1);
    if (begin == text.npos) {
        in.fail("header", "must be \"Name: value\"");
        return {};
    }
    std::string const name(text.substr(0, colon));
    if (auto const checked = check_header_name(name); !checked)
        in.fail("header", checked.error().message());
    auto const end = text.find_last_not_of(" \t");
    return header_credential{name, secret(text.substr(begin, end + 1 - begin))};
}

authentication read_authentication(table_reader in, url_policy policy) {
    authentication auth;
    int methods = 0;
    if (auto user = read_credential(in, "basic")) {
        if (user->reveal().find(':') == std::string_view::npos)
            in.fail("basic", "must be \"user:password\"");
        auth = basic_credentials{*user};
        ++methods;
    }
    if (auto token = read_credential(in, "bearer")) {
        auth = bearer_token{*token};
        ++methods;
    }
    if (auto header = read_header_credential(in)) {
        auth = std::move(*header);
        ++methods;
    }
    if (auto table = in.table("oauth2")) {
        auth = read_oauth2(*table, policy);
        ++methods;
    }
    if (methods > 1)
        in.context().error(in.where(), "must have one of \"basic\", \"bearer\", \"header\" and "
                                       "\"oauth2\"");
    in.finish();
    return auth;
}

std::optional<std::string> read_proxy(table_reader& in) {
    auto proxy = in.text("proxy");
    if (!proxy) return {};
    auto const url = parse_url(*proxy, plain_http::allowed);
    if (!url)
        in.fail("proxy", url.error().message());
    else if (url->is_https || url->target != "/" || url->text.find('#') != url->text.npos)
        in.fail("proxy", "must be an http URL without a path, such as \"http://127.0.0.1:3128\"");
    return proxy;
}

} // namespace

std::string check_url(load_context& context, located_text const& url, url_policy policy) {
    auto const parsed =
        parse_url(url.text, policy.allow_http ? plain_http::allowed : plain_http::refused);
    if (!parsed) {
        context.error(url.at, parsed.error().message());
        return url.text;
    }
    if (!is_open_port(parsed->port, policy.allow_ports))
        context.error(url.at, closed_port_text(parsed->port));
    auto const& literal = parsed->literal;
    if (literal && is_special_address(*literal) && !contains(policy.allow_networks, *literal))
        context.error(url.at, fmt::format("the address {} is private or reserved: it is called "
                                          "only where allow_networks lists it",
                                          literal->to_string()));
    return parsed->text;
}

std::vector<std::uint16_t> read_ports(table_reader& in) {
    std::vector<std::uint16_t> ports;
    for (auto const port : in.integers("allow_ports", {1, 65'535}))
        ports.push_back(static_cast<std::uint16_t>(port));
    return ports;
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= longest_name &&
           std::ranges::all_of(text, is_destination_name_character);
}

std::string read_name(table_reader& in, std::string_view key, name_kind kind) {
    in.require(key);
    auto const name = in.text_at(key);
    if (!name) return {};
    if (!is_name(name->text))
        in.fail(key, "must have 1 to 64 letters, digits or the characters . _ - : @");
    in.context().define(kind, *name);
    return name->text;
}

upstream read_upstream(table_reader& in) {
    upstream to;
    assign(to.allow_http, in.boolean("allow_http"));
    to.allow_networks = in.parsed_list("allow_networks", network::parse);
    to.allow_ports = read_ports(in);
    assign(to.timeout, in.duration("timeout", {10ms, 1h}));
    assign(to.response_bytes, in.size("response_limit", {0, 64 * 1024 * kibibyte}));
    to.ca = read_trust_path(in, "ca");
    if (auto const own = read_identity(in, "client_cert", "client_key")) {
        to.client_cert = own->certificate;
        to.client_key = own->key;
    }
    to.proxy = read_proxy(in);
    to.headers = read_headers(in);
    read_accept_encoding(in, to);
    if (auto table = in.table("auth")) {
        to.auth = read_authentication(*table, policy_of(to));
        auto const* const own = std::get_if<header_credential>(&to.auth);
        std::string const name = own ? own->name : "Authorization";
        auto const is_given = [&name](auto const& header) {
            return http::equal_ignoring_case(header.first, name);
        };
        if (std::ranges::any_of(to.headers, is_given))
            in.fail("auth", fmt::format("cannot stand beside the header {} in \"headers\"", name));
    }
    return to;
}

} // namespace sluice::gateway::config
