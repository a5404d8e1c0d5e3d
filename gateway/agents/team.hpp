// What the tables know about the agents of an account, as the calls about them answer it. Reads
// from memory; any thread.
#pragma once

#include "gateway/agents/break_report.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/config/account.hpp"
#include "gateway/tables/tables.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::agents {

// Breaks of one report; above it 422.
inline constexpr std::size_t max_reported_breaks = 100'000;

// The number under which the tables know an agent, in whichever form it is written; where there is
// no such agent, the one under which he would be added. What the gateway itself prints is found as
// it stands, also where the same digits could be a number of the account's own country.
std::string key_of(tables::backend const& data, config::account const& account,
                   std::string_view cli);

// A number is found in whichever form it is written. Refusal: 404, the account has no such agent.
call::checked<agent_status> find_status(tables::backend const& data, config::account const& account,
                                        std::string_view cli, queue::wall_time now);

// The same, of an agent by his key.
call::checked<agent_status> status_by_key(tables::backend const& data,
                                          config::account const& account, std::string_view key,
                                          queue::wall_time now);

// In the order of their numbers; those alone that are available, or are not, where that is asked.
std::vector<agent_status> all_statuses(tables::backend const& data, config::account const& account,
                                       std::optional<bool> is_available, queue::wall_time now);

// All agents of the account and those that are gone and had breaks in the window, in the order of
// their numbers; one of them where `cli` is not empty. Refusals: 404, there is no such agent and
// was none in the window; 422, too many breaks.
call::checked<break_report> make_report(tables::backend const& data, config::account const& account,
                                        interval const& window, std::string_view cli,
                                        queue::wall_time now);

} // namespace sluice::gateway::agents
