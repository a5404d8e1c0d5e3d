// The custom webhook updateUserPreferences as a call: finds its account, checks it, merges what it
// brings or reads what is there. Runs on the I/O thread that received it.
#pragma once

#include "gateway/webhooks/webhook.hpp"

namespace sluice::gateway::webhooks {

// Answers in the end: 200 with what is kept then, on the disk.
void answer_user_preferences(webhook_call const& call);

} // namespace sluice::gateway::webhooks
