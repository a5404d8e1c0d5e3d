// The custom webhook createOutbound as a call: finds its account, checks it and hands it to the
// queue. Runs on the I/O thread that received it.
#pragma once

#include "gateway/webhooks/webhook.hpp"

namespace sluice::gateway::webhooks {

// Answers in the end.
void answer_create_outbound(webhook_call const& call);

} // namespace sluice::gateway::webhooks
