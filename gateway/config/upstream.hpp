// What every outbound HTTP call has, whether a destination's or a widget's: the address policy,
// TLS files, proxy, credentials, time-out and the bound on the answer. Plain values.
#pragma once

#include "gateway/config/network.hpp"
#include "gateway/config/secret.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace sluice::gateway::config {

// RFC 7617.
struct basic_credentials {
    secret user_and_password; // "user:password", as it goes into base64.
};

// RFC 6750.
struct bearer_token {
    secret token;
};

// A header of its own, such as an API key, whose value is kept like a password.
struct header_credential {
    std::string name;
    secret value;
};

// Client credentials grant, RFC 6749 section 4.4. The address policy of the upstream holds
// for the token URL as well.
struct oauth2_client {
    std::string token_url;
    std::string client_id;
    secret client_secret;
    std::string scope; // Empty: none is asked for.
};

using authentication =
    std::variant<std::monostate, basic_credentials, bearer_token, oauth2_client, header_credential>;

// Name and value as they were written, in the order of the file.
using header_list = std::vector<std::pair<std::string, std::string>>;

struct upstream {
    bool allow_http = false;
    std::vector<network> allow_networks;    // Private addresses that may be called all the same.
    std::vector<std::uint16_t> allow_ports; // Beside those that is_open_port() knows.
    std::chrono::milliseconds timeout = std::chrono::seconds(15); // The whole attempt.
    std::size_t response_bytes = 64 * 1024; // Key `response_limit`; more is not read.
    std::optional<std::string> ca;          // PEM path; default: the system's store.
    std::optional<std::string> client_cert; // PEM path; only together with client_key.
    std::optional<std::string> client_key;  // PEM path.
    std::optional<std::string> proxy;       // http URL of a forward proxy.
    header_list headers;
    // What is sent as Accept-Encoding; a caller's own is not passed on, as Sluice reads the answer.
    std::string accept_encoding = "identity";
    authentication auth;
};

} // namespace sluice::gateway::config
