// What /metrics says of a cluster: this gateway's lease and who else is there. Without a cluster
// nothing of it is on the page. Pure.
#pragma once

#include "gateway/cluster/home_asker.hpp"
#include "gateway/telemetry/families.hpp"
#include "queue/postgres/members.hpp"
#include "queue/postgres/membership.hpp"

namespace sluice::gateway::serve {

void add_cluster_metrics(telemetry::family_list& out,
                         queue::postgres::membership_status const& lease,
                         queue::postgres::members_view const& members);

// `slots`: of order keys that this gateway is the home of.
void add_order_metrics(telemetry::family_list& out, std::size_t slots,
                       cluster::forward_counters const& forwards);

} // namespace sluice::gateway::serve
