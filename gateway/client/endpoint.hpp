// A destination as the client needs it: URL taken apart, TLS loaded, unchanging header bytes
// rendered. Prepared once when the configuration is read; immutable and shared by all threads.
#pragma once

#include "gateway/config/destination.hpp"
#include "gateway/config/url.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::client {

class tls_contexts;
class tls_context;

struct endpoint {
    std::string name;     // of the destination or widget, for messages
    config::http_url url; // host in lower case, addresses recognised in every notation
    std::vector<config::network> allow_networks;
    std::chrono::milliseconds timeout{15'000}; // for the whole attempt, waiting included
    std::size_t response_limit = 64 * 1024;    // bytes of body
    std::size_t max_connections = 64;          // of one thread
    // Host, the configured headers and basic or bearer credentials, "\r\n" ended.
    std::string head_lines;
    // User-Agent of requests that bring none; empty where head_lines has one.
    std::string agent_line;
    // What stands before the target: the origin where a proxy wants the absolute form
    // (RFC 9112 section 3.2.2), else empty.
    std::string target_prefix;
    std::shared_ptr<tls_context const> tls; // null for http
    // http only; https destinations are tunnelled. The proxy itself is the operator's choice and
    // not judged by the address policy; see dialer::dial.
    std::optional<config::http_url> proxy;
    // Lower-case names in head_lines, and of what the transport adds by itself.
    std::vector<std::string> fixed_headers;

    // Whether this field is given already, so that a message must not bring its own.
    bool fixes_header(std::string_view field) const;
};

inline constexpr char default_agent_line[] = "User-Agent: Sluice\r\n";

// What an endpoint is made from.
struct endpoint_source {
    std::string_view name;
    std::string_view url;
    config::upstream const& connection;
    std::size_t concurrency = 64; // 1 at least
};

// Reads TLS files through `tls`. Errors: those of config::parse_url, and of client::errc.
// oauth2 credentials are not part of it: their token (token_source) comes with each request.
boost::system::result<std::shared_ptr<endpoint const>> make_endpoint(endpoint_source const& source,
                                                                     tls_contexts& tls);

} // namespace sluice::gateway::client
