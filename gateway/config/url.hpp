// http and https URLs as browsers read them (WHATWG URL), kept as RFC 3986: what may not stand in a
// URL is percent-encoded, a host beyond ASCII is written by UTS 46 (non-transitional), addresses
// are recognised in every spelling that browsers take, so that no address policy is passed by
// spelling. Refused all the same: control characters, tabs and line ends, user information,
// anything but "//" behind the scheme, port 0. Nothing is resolved or opened here.
#pragma once

#include "gateway/config/network.hpp"

#include <boost/assert/source_location.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sluice::gateway::config {

// The parts of an http or https URL.
struct http_url {
    bool is_https = false;
    std::string host;                  // Lower case, ASCII; an IPv6 address without its brackets.
    std::uint16_t port = 0;            // 80 or 443 where the URL names none.
    std::string target;                // Path and query, "/" at least; what is asked for.
    std::optional<ip_address> literal; // Where the host is an address in any notation.
    std::string text;                  // The whole URL with its fragment, changed where it must be.

    // "host" or "host:port" as the Host header wants it (RFC 9110 section 7.2).
    std::string authority() const;
};

// What is wrong with a URL.
struct url_problem {
    boost::system::error_code code; // One of those that begin with url_.
    std::string detail;             // Names the character and its place; empty: the code says all.

    std::string message() const { return detail.empty() ? code.message() : detail; }
};
[[noreturn]] void throw_exception_from_error(url_problem const& error,
                                             boost::source_location const& location);

enum class plain_http : bool { refused, allowed };

// Reads an absolute http or https URL. Blanks around it fall away.
boost::system::result<http_url, url_problem> parse_url(std::string_view text, plain_http policy);

// Whether calls go to this port: 80, 443 and those from 1024 on, where web services listen; others,
// where mail, shells and the like do, only where the operator lists them.
bool is_open_port(std::uint16_t port, std::span<std::uint16_t const> allowed);
// What is said of one that is not.
std::string closed_port_text(std::uint16_t port);

} // namespace sluice::gateway::config
