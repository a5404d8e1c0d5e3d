// Requests of the outbound API's own paths, as tests write them.
#pragma once

#include "tests/e2e/gateway_configuration.hpp"
#include "tests/support/http_client.hpp"

#include <string>
#include <vector>

namespace sluice::tests::e2e {

inline constexpr char outbound_path[] = "/kairos-apis/outbound/create";
inline constexpr char dialer_path[] = "/kairos-apis/outbounddialer/create";

// One call; `more` are further members, each after a comma.
std::string outbound_call(std::string const& client, std::string const& more = {},
                          std::string const& numbers = R"(["9879964805"])");

// A whole request of account 163.
std::string outbound_request(std::vector<std::string> const& calls,
                             std::string const& flow = "flow0001");

http_response post_outbound(http_client& client, std::string const& body, http_headers headers = {},
                            std::string const& path = outbound_path);
inline http_response post_outbound(http_client&& client, std::string const& body,
                                   http_headers headers = {},
                                   std::string const& path = outbound_path) {
    return post_outbound(client, body, std::move(headers), path);
}

// RFC 3339 in UTC, so many seconds from now.
std::string in_seconds(int seconds);

} // namespace sluice::tests::e2e
