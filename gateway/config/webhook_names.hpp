// The names of the custom webhooks that the gateway brings along: no widget may have one of them.
// The table of what they do, in gateway/webhooks, is compared with this list when it is compiled.
#pragma once

#include <array>
#include <string_view>

namespace sluice::gateway::config {

inline constexpr std::array<std::string_view, 6> webhook_names{
    "createOutbound", "shortURL",       "updateUserPreferences",
    "setAgentBreak",  "getAgentStatus", "agentBreakReport",
};

} // namespace sluice::gateway::config
