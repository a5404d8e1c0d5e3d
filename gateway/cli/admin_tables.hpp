// The admin listener's lists as tables: one function a noun, its JSON members as columns. Pure; any
// thread.
#pragma once

#include "gateway/cli/table.hpp"
#include "gateway/cli/when.hpp"

#include <boost/json/array.hpp>

#include <string_view>

namespace sluice::gateway::cli {

// The first column is the name that other verbs take.
table tasks_table(boost::json::array const& tasks, time_style const& when);
// Of dead letters alone: why comes first, for a terminal cuts what is last.
table dead_table(boost::json::array const& tasks, time_style const& when);
table destinations_table(boost::json::array const& destinations, time_style const& when);
table dead_groups_table(boost::json::array const& groups, time_style const& when);
table jobs_table(boost::json::array const& jobs, time_style const& when);
table accounts_table(boost::json::array const& accounts, time_style const& when);
// Each with a member "account".
table agents_table(boost::json::array const& agents, time_style const& when);
table links_table(boost::json::array const& links, time_style const& when);
table users_table(boost::json::array const& users, time_style const& when);
table members_table(boost::json::array const& members, time_style const& when);

tone tone_of_state(std::string_view task_state);

} // namespace sluice::gateway::cli
