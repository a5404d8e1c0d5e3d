// One value of a query (RFC 3986 section 3.4) as the API's own calls read it. Pure; any thread.
#pragma once

#include "gateway/call/refusal.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::call {

// The value of `name` with its percent-encoding taken away; a "+" stays, so that the offset of a
// time needs none. Nothing where the name is not there. Refusal: 400 where it is there twice, or
// cannot be decoded.
checked<std::optional<std::string>> query_value(std::string_view query, std::string_view name);

} // namespace sluice::gateway::call
