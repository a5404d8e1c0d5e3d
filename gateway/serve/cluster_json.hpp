// GET /v1/cluster: how this gateway sees its cluster, as JSON. Pure.
#pragma once

#include "queue/postgres/members.hpp"
#include "queue/postgres/membership.hpp"

#include <string>
#include <string_view>

namespace sluice::gateway::serve {

// {"gateway","log","epoch","reachable","lease_remaining_ms",
//  "members":[{"name","log","state","advertise","version","self"}],"adopted":[{"log","by","done"}]}
// A member's state is "alive", "stopped" or "silent".
std::string cluster_json(std::string_view gateway, queue::postgres::joined const& own,
                         queue::postgres::membership_status const& lease,
                         queue::postgres::members_view const& members);

} // namespace sluice::gateway::serve
