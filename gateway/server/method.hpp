// Which methods the server takes. Pure.
#pragma once
#include "gateway/server/problem.hpp"

#include <string_view>

namespace sluice::gateway::server {

// The value of Allow in a 405.
inline constexpr std::string_view allowed_methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

// Not refused for an allowed method; 405 for CONNECT and TRACE, 501 for any other. Methods are
// case-sensitive (RFC 9110 section 9.1): "get" is unknown.
refusal check_method(std::string_view method);

} // namespace sluice::gateway::server
