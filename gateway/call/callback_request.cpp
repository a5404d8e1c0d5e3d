#include "gateway/call/callback_request.hpp"

#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"
#include "gateway/client/address_policy.hpp"
#include "gateway/client/signature.hpp"
#include "gateway/config/url.hpp"

#include <fmt/format.h>

#include <optional>
#include <stdexcept>

namespace sluice::gateway::call {

namespace {

using codecs::json_kind;
using codecs::json_kind_of;

constexpr std::size_t url_limit = 2048; // bytes

using problem = std::optional<callback_problem>;

// Leaves the URL as it is kept.
problem check_url(std::string& url, config::callback const& policy) {
    if (url.size() > url_limit) {
        return callback_problem{
            fmt::format("The callback's URL is longer than {} bytes.", url_limit)};
    }
    auto const parsed = config::parse_url(url, policy.allow_http ? config::plain_http::allowed
                                                                 : config::plain_http::refused);
    if (!parsed) {
        return callback_problem{"The callback's URL cannot be called: " + parsed.error().message() +
                                "."};
    }
    if (!config::is_open_port(parsed->port, policy.allow_ports)) {
        return callback_problem{"The callback's " + config::closed_port_text(parsed->port) + "."};
    }
    if (parsed->literal && !client::is_address_allowed(*parsed->literal, policy.allow_networks)) {
        return callback_problem{"The callback's address is private or reserved, and the account "
                                "does not allow it."};
    }
    url = parsed->text;
    return std::nullopt;
}

problem check_secret(std::string_view secret) {
    auto const key = client::webhook_key::parse(secret);
    if (key && key->kind() != client::webhook_key::kind::public_key) return std::nullopt;
    return callback_problem{"The callback's secret must be \"whsec_\" with the base64 of 24 to 64 "
                            "bytes."};
}

} // namespace

void throw_exception_from_error(callback_problem const& error, boost::source_location const&) {
    throw std::logic_error("unchecked: " + error.what);
}

boost::system::result<std::string, callback_problem>
parse_callback(std::string_view raw, config::callback const& policy) {
    callback_problem const shape{"callback must be a URL, or {\"url\",\"secret\"} of strings."};
    std::optional<std::string> url;
    std::optional<std::string> secret;
    if (json_kind_of(raw) == json_kind::string) {
        url = codecs::json_text(raw);
    } else if (json_kind_of(raw) == json_kind::object) {
        for (auto const& member : codecs::json_members(raw)) {
            if (json_kind_of(member.value) != json_kind::string) return shape;
            if (member.is("url")) {
                url = codecs::json_text(member.value);
            } else if (member.is("secret")) {
                secret = codecs::json_text(member.value);
            } else {
                return shape;
            }
        }
    }
    if (!url) return shape;
    if (auto wrong = check_url(*url, policy)) return *wrong;
    std::string out = "{\"url\":";
    codecs::append_json_string(out, *url);
    if (secret) {
        if (auto wrong = check_secret(*secret)) return *wrong;
        out += ",\"secret\":";
        codecs::append_json_string(out, *secret);
    }
    out += '}';
    return {boost::system::in_place_value, std::move(out)};
}

} // namespace sluice::gateway::call
