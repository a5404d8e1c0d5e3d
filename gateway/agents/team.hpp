// What the tables know about the agents of an account, as the calls about them answer it. Reads
// from memory; any thread.
#pragma once

#include "gateway/agents/break_report.hpp"
#include "gateway/api/refusal.hpp"
#include "gateway/config/account.hpp"
#include "gateway/tables/tables.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::agents {

// Breaks of one report; above it 422.
inline constexpr std::size_t max_reported_breaks = 100'000;

// A number is found in whichever form it is written. Refusal: 404, the account has no such agent.
api::checked<agent_status> find_status(tables::engine const& data, config::account const& account,
                                       std::string_view cli, queue::wall_time now);

// In the order of their numbers; those alone that are available, or are not, where that is asked.
std::vector<agent_status> all_statuses(tables::engine const& data, config::account const& account,
                                       std::optional<bool> is_available, queue::wall_time now);

// All agents of the account and those that are gone and had breaks in the window, in the order of
// their numbers; one of them where `cli` is not empty. Refusals: 404, there is no such agent and
// was none in the window; 422, too many breaks.
api::checked<break_report> make_report(tables::engine const& data, config::account const& account,
                                       interval const& window, std::string_view cli,
                                       queue::wall_time now);

} // namespace sluice::gateway::agents
