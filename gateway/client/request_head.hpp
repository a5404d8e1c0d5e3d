// The bytes of a request before its body. A pure function.
#pragma once

#include "gateway/client/endpoint.hpp"
#include "gateway/client/exchange.hpp"

#include <string>

namespace sluice::gateway::client {

// Writes request line, the endpoint's and the request's fields, Content-Length (where there is a
// body, or the method has one by nature: RFC 9110 section 8.6) and the empty line into `to`, whose
// memory is used again.
void render_request_head(std::string& to, endpoint const& where, outbound_request const& request);

} // namespace sluice::gateway::client
