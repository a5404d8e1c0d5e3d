// How this gateway sees its cluster: what /metrics says of its lease and of who else is there, and
// GET /v1/cluster. Without a cluster nothing of it is on the page. Pure.
#pragma once

#include "gateway/cluster/home_asker.hpp"
#include "gateway/telemetry/families.hpp"
#include "queue/dispatch/claim_line.hpp"
#include "queue/postgres/claim_worker.hpp"
#include "queue/postgres/lane_board.hpp"
#include "queue/postgres/members.hpp"
#include "queue/postgres/membership.hpp"
#include "queue/postgres/pace_member.hpp"

#include <string>
#include <string_view>

namespace sluice::gateway::serve {

// Of the statements that share limits out.
void add_pace_metrics(telemetry::family_list& out, queue::postgres::pace_status const& pace);

void add_cluster_metrics(telemetry::family_list& out,
                         queue::postgres::membership_status const& lease,
                         queue::postgres::members_view const& members);
void add_lane_metrics(telemetry::family_list& out, queue::postgres::lane_board_status const& board);

// The keys of calls, claimed from all gateways.
void add_claim_metrics(telemetry::family_list& out, queue::claim_counts const& keys,
                       queue::postgres::claim_status const& done);

// `slots`: of order keys that this gateway is the home of.
void add_order_metrics(telemetry::family_list& out, std::size_t slots,
                       cluster::forward_counters const& forwards);

// As JSON:
// {"gateway","log","epoch","reachable","lease_remaining_ms",
//  "members":[{"name","log","state","advertise","version","self"}],"adopted":[{"log","by","done"}]}
// A member's state is "alive", "stopped" or "silent".
std::string cluster_json(std::string_view gateway, queue::postgres::joined const& own,
                         queue::postgres::membership_status const& lease,
                         queue::postgres::members_view const& members);

} // namespace sluice::gateway::serve
