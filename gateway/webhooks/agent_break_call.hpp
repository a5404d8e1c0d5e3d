// The custom webhooks setAgentBreak, getAgentStatus and agentBreakReport as calls: find their
// account, check them and ask the tables. Run on the I/O thread that received them.
#pragma once

#include "gateway/webhooks/webhook.hpp"

namespace sluice::gateway::webhooks {

// Each answers in the end.
void answer_set_agent_break(webhook_call const& call);
void answer_get_agent_status(webhook_call const& call);
void answer_agent_break_report(webhook_call const& call);

} // namespace sluice::gateway::webhooks
