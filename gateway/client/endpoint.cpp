#include "gateway/client/endpoint.hpp"

#include "codecs/base64.hpp"
#include "gateway/client/error.hpp"
#include "gateway/client/header_safety.hpp"
#include "gateway/client/tls_context.hpp"
#include "gateway/config/error.hpp"
#include "gateway/http/text.hpp"

#include <algorithm>
#include <array>

namespace sluice::gateway::client {
namespace {

// Written for each request, or by the transport.
constexpr std::array<std::string_view, 3> own_fields{"host", "content-length", "expect"};

boost::system::result<void> add_header(endpoint& to, std::string_view name,
                                       std::string_view value) {
    auto lowered = http::to_lower(name);
    bool const is_own = std::ranges::find(own_fields, lowered) != own_fields.end();
    bool const is_refused = is_own || is_hop_by_hop(name, {});
    if (is_refused || !append_header_line(to.head_lines, name, value)) return errc::header;
    to.fixed_headers.push_back(std::move(lowered));
    return {};
}

boost::system::result<void> add_credentials(endpoint& to, config::authentication const& auth) {
    if (auto const* const own = std::get_if<config::header_credential>(&auth)) {
        if (to.fixes_header(own->name)) return errc::header;
        return add_header(to, own->name, own->value.reveal());
    }
    if (std::holds_alternative<config::oauth2_client>(auth)) {
        // The line comes with each request; a message must not bring its own all the same.
        if (to.fixes_header("authorization")) return errc::header;
        to.fixed_headers.emplace_back("authorization");
        return {};
    }
    std::string value;
    if (auto const* const basic = std::get_if<config::basic_credentials>(&auth)) {
        auto const text = basic->user_and_password.reveal();
        value = "Basic ";
        codecs::append_base64(value, text);
    } else if (auto const* const bearer = std::get_if<config::bearer_token>(&auth)) {
        value.append("Bearer ").append(bearer->token.reveal());
    }
    if (value.empty()) return {};
    if (to.fixes_header("authorization")) return errc::header; // credentials given twice
    return add_header(to, "Authorization", value);
}

boost::system::result<void> add_head_lines(endpoint& to, config::upstream const& from) {
    to.head_lines.append("Host: ").append(to.url.authority()).append("\r\n");
    for (auto const& [name, value] : from.headers) {
        if (auto const added = add_header(to, name, value); !added) return added;
    }
    if (!to.fixes_header("accept-encoding")) {
        auto const added = add_header(to, "Accept-Encoding", from.accept_encoding);
        if (!added) return added;
    }
    if (!to.fixes_header("user-agent")) to.agent_line = default_agent_line;
    return add_credentials(to, from.auth);
}

boost::system::result<void> set_proxy(endpoint& to, std::string const& proxy) {
    auto parsed = config::parse_url(proxy, config::plain_http::allowed);
    if (!parsed) return parsed.error().code;
    if (parsed->is_https) return config::error::url_scheme;
    to.proxy = std::move(*parsed);
    if (!to.url.is_https) to.target_prefix = "http://" + to.url.authority();
    return {};
}

} // namespace

bool endpoint::fixes_header(std::string_view field) const {
    return std::ranges::any_of(fixed_headers, [field](std::string const& fixed) {
        return http::equal_ignoring_case(fixed, field);
    });
}

boost::system::result<std::shared_ptr<endpoint const>> make_endpoint(endpoint_source const& source,
                                                                     tls_contexts& tls) {
    auto const& from = source.connection;
    auto url = config::parse_url(source.url, from.allow_http ? config::plain_http::allowed
                                                             : config::plain_http::refused);
    if (!url) return url.error().code;
    auto made = std::make_shared<endpoint>();
    made->name = source.name;
    made->url = std::move(*url);
    made->allow_networks = from.allow_networks;
    made->timeout = from.timeout;
    made->response_limit = from.response_bytes;
    made->max_connections = std::max<std::size_t>(source.concurrency, 1);
    if (auto const added = add_head_lines(*made, from); !added) return added.error();
    if (from.proxy) {
        if (auto const set = set_proxy(*made, *from.proxy); !set) return set.error();
    }
    if (made->url.is_https) {
        auto loaded = tls.get({from.ca, from.client_cert, from.client_key});
        if (!loaded) return loaded.error();
        (*loaded)->prepare();
        made->tls = std::move(*loaded);
    }
    return std::shared_ptr<endpoint const>(std::move(made));
}

} // namespace sluice::gateway::client
