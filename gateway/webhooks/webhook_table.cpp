#include "gateway/webhooks/webhook_table.hpp"

#include "gateway/outbound/create_outbound.hpp"
#include "gateway/webhooks/agent_break.hpp"
#include "gateway/webhooks/agent_break_call.hpp"
#include "gateway/webhooks/create_outbound_call.hpp"
#include "gateway/webhooks/short_url.hpp"
#include "gateway/webhooks/short_url_call.hpp"
#include "gateway/webhooks/user_preferences.hpp"
#include "gateway/webhooks/user_preferences_call.hpp"

#include <algorithm>
#include <array>

namespace sluice::gateway::webhooks {

namespace {

constexpr std::array all{
    webhook{"createOutbound", outbound::create_outbound_names, answer_create_outbound},
    webhook{"shortURL", short_url_names, answer_short_url},
    webhook{"updateUserPreferences", user_preferences_names, answer_user_preferences},
    webhook{"setAgentBreak", agent_names, answer_set_agent_break},
    webhook{"getAgentStatus", agent_names, answer_get_agent_status},
    webhook{"agentBreakReport", agent_names, answer_agent_break_report, codecs::csv_offer::yes},
};

} // namespace

webhook const* find_webhook(std::string_view method) {
    auto const* const found = std::ranges::find(all, method, &webhook::method);
    return found == all.end() ? nullptr : found;
}

} // namespace sluice::gateway::webhooks
