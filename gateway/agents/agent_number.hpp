// How an agent's number is written in the tables: the one form for all that people write. Pure; any
// thread.
#pragma once

#include <string>
#include <string_view>

namespace sluice::gateway::agents {

// Country code and digits; of what is too short for that (an extension of 4 digits), or is no
// number, the text as it is.
std::string agent_number(std::string_view text, std::string_view country_code);

} // namespace sluice::gateway::agents
