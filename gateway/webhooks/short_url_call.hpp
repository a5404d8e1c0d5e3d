// The custom webhook shortURL as a call: finds its account, checks it, answers with the link that
// is there or makes one. Runs on the I/O thread that received it.
#pragma once

#include "gateway/webhooks/webhook.hpp"

namespace sluice::gateway::webhooks {

// Answers in the end: 200 when the link is on the disk.
void answer_short_url(webhook_call const& call);

} // namespace sluice::gateway::webhooks
