// http and https URLs as a client needs them: parsed once, strictly, with addresses recognised in
// every spelling that browsers take, so that no address policy is passed by spelling.
// Nothing is resolved or opened here.
#pragma once

#include "gateway/config/network.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::config {

// The parts of an http or https URL.
struct http_url {
    bool is_https = false;
    std::string host;                  // Lower case; an IPv6 address without its brackets.
    std::uint16_t port = 0;            // 80 or 443 where the URL names none.
    std::string target;                // Path and query as written, "/" at least.
    std::optional<ip_address> literal; // Where the host is an address in any notation.

    // "host" or "host:port" as the Host header wants it (RFC 9110 section 7.2).
    std::string authority() const;
};

enum class plain_http : bool { refused, allowed };

// Reads an absolute http or https URL (RFC 3986). Errors: those that begin with url_.
boost::system::result<http_url> parse_url(std::string_view text, plain_http policy);

// Reads a URL host as browsers do (WHATWG URL, "host parsing"): "127.1", "0x7f000001" and
// "2130706433" are addresses. Nothing for a name. Error: url_host for a host that ends in a
// number and is no address, and for one with characters that no host has.
boost::system::result<std::optional<ip_address>> parse_host(std::string_view host);

} // namespace sluice::gateway::config
