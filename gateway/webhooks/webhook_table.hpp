// The custom webhooks that the gateway knows by name. Constant; any thread.
#pragma once

#include "gateway/webhooks/webhook.hpp"

#include <string_view>

namespace sluice::gateway::webhooks {

// nullptr where there is none of that name. Letter case counts.
webhook const* find_webhook(std::string_view method);

} // namespace sluice::gateway::webhooks
