// What a value holds, by the name that it goes under: a header field, a parameter of a query, a
// member of a body. Pure functions; any thread.
#pragma once

#include <string_view>

namespace sluice::gateway::telemetry {

enum class holds { anything, contact, secret };

// Names are taken as people write them: `x-api-key`, `apiKey`, `API_KEY` and `apikey` are one, and
// of `$flow.syskey.securityID` and `soap:securityID` what stands behind the last dot or colon
// counts. What is doubtful is a secret; `keyboard`, `monkey`, `author`, `order_key` and a name
// that says no more than `keys` are none.
holds what_holds(std::string_view name);

} // namespace sluice::gateway::telemetry
