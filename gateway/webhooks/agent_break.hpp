// The custom webhooks setAgentBreak, getAgentStatus and agentBreakReport: what their fields mean
// and which are missing (pure functions; any thread), and how their calls are answered.
#pragma once

#include "codecs/variables.hpp"
#include "gateway/agents/report_window.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/webhooks/webhook.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace sluice::gateway::webhooks {

// What bare names mean in these methods.
codecs::name_rules const& agent_names();

struct agent_break_call {
    // As it was given in `$flow.key.cli` or, where that is absent or empty, in
    // `$call.agent.dnis.number`, then `$call.cli.number`.
    std::string_view cli;
    bool is_break = false;
    std::chrono::minutes delay{0};
};

// Refusal (422, every problem at once): no cli, no pause or another value than true and false, a
// delayMinutes that is no whole number or longer than `max_delay`. The result points into `call`.
call::checked<agent_break_call> check_agent_break(codecs::variables const& call,
                                                  std::chrono::milliseconds max_delay);

// The number alone. Refusal (422): there is none.
call::checked<std::string_view> check_cli(codecs::variables const& call);

// `from`, `to` or `cli` of a report; empty where it is not given. Refusal (422): a list.
call::checked<agents::given_text> check_field(codecs::variables const& call, std::string_view bare);

// On the I/O thread that received the call.
webhook_answer answer_set_agent_break(webhook_call const& call);
webhook_answer answer_get_agent_status(webhook_call const& call);
webhook_answer answer_agent_break_report(webhook_call const& call);

} // namespace sluice::gateway::webhooks
