// The custom webhook shortURL: which long URLs it takes, what short ones look like, how they are
// shown (pure functions; any thread), and how its calls are answered.
#pragma once

#include "codecs/media_type.hpp"
#include "codecs/variables.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/config/configuration.hpp"
#include "gateway/tables/link.hpp"
#include "gateway/webhooks/webhook.hpp"

#include <span>
#include <string>
#include <string_view>

namespace sluice::gateway::webhooks {

// What bare names mean in this method: `custToken` and `longUrl` are variables like any other.
codecs::name_rules const& short_url_names();
inline constexpr std::string_view cust_token_name = "$flow.key.custToken";

struct short_url_rules {
    std::size_t max_url_bytes = 2048;
    std::span<std::string_view const>
        own_origins;         // "https://s.example.com": no link may lead there
    bool needs_token = true; // nothing else says whose the link is
};

struct short_url_call {
    std::string_view cust_token; // empty: the account's own links
    std::string long_url;        // as it is kept
};

// Checks everything and names every problem at once (422). A long URL is one that
// config::parse_url takes and that leads neither back to the shortener nor to a loopback, private
// or link-local address. It is kept as http_url::text. Views point into `call`.
call::checked<short_url_call> check_short_url(codecs::variables const& call,
                                              short_url_rules const& rules);

// Whether a URL leads to one of the origins: the same name or address in any spelling, and the
// same port, where 80 and 443 count as one. Neither is one where it cannot be parsed.
bool leads_to(std::string_view url, std::span<std::string_view const> origins);

// Where an account's short links begin, without a slash at the end: its own domain, else the one
// of the configuration, else `request_origin`.
std::string link_base(config::account const& account, config::webhooks const& settings,
                      std::string_view request_origin);

// {"shortUrl":"https://host/BEK4YYnx"}, or <response><shortUrl>…</shortUrl></response>.
void append_short_url(std::string& out, codecs::media_kind format, std::string_view base,
                      tables::link_code code);

// What GET /v1/links/{code} shows.
void append_link(std::string& out, codecs::media_kind format, tables::link const& link,
                 tables::link_clicks const& clicks, std::string_view base);

// With the link that is there, or one that is made: when it is on the disk. On the I/O thread that
// received the call.
webhook_answer answer_short_url(webhook_call const& call);

} // namespace sluice::gateway::webhooks
