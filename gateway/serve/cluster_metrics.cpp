#include "gateway/serve/cluster_metrics.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace sluice::gateway::serve {

namespace {

double seconds_of(std::chrono::milliseconds time) {
    return static_cast<double>(time.count()) / 1e3;
}

} // namespace

void add_cluster_metrics(telemetry::family_list& out,
                         queue::postgres::membership_status const& lease,
                         queue::postgres::members_view const& members) {
    using telemetry::metric_kind;
    out.single(metric_kind::gauge, "sluice_cluster_lease_age_seconds",
               "Since the last renewal of this gateway's lease that was answered.",
               seconds_of(lease.lease_age));
    out.single(metric_kind::gauge, "sluice_cluster_lease_remaining_seconds",
               "Until this gateway may send nothing any more; below 0: it may not.",
               seconds_of(lease.lease_remaining));
    std::array<double, 3> counts{}; // alive, stopped, silent
    for (auto const& one : members.members)
        ++counts[one.is_alive ? 0 : one.is_stopped ? 1 : 2];
    out.begin(metric_kind::gauge, "sluice_cluster_members",
              "Gateways that share the store, as this one sees them.");
    out.sample({{"state", "alive"}}, counts[0]);
    out.sample({{"state", "stopped"}}, counts[1]);
    out.sample({{"state", "silent"}}, counts[2]);
    auto const adopting = std::ranges::count_if(
        members.adopted, [](queue::postgres::adopted_log const& one) { return !one.is_done; });
    out.single(metric_kind::gauge, "sluice_cluster_adopting_logs",
               "Logs of dead gateways whose tasks are being taken over.",
               static_cast<double>(adopting));
    out.single(metric_kind::counter, "sluice_cluster_renewals_total",
               "Renewals of this gateway's lease.", static_cast<double>(lease.renewals));
    out.single(metric_kind::counter, "sluice_cluster_failures_total",
               "Statements of the membership that were not answered.",
               static_cast<double>(lease.failures));
    out.single(metric_kind::counter, "sluice_cluster_claims_total",
               "Logs of dead gateways that this one has begun to take over.",
               static_cast<double>(lease.claims));
}

void add_order_metrics(telemetry::family_list& out, std::size_t slots,
                       cluster::forward_counters const& forwards) {
    using telemetry::metric_kind;
    out.single(metric_kind::gauge, "sluice_cluster_order_slots",
               "Of the 1,024 slots of order keys, those that this gateway is the home of.",
               static_cast<double>(slots));
    out.begin(metric_kind::counter, "sluice_cluster_forwards_total",
              "Calls with an order key sent to its home, by what came of it; moved ones are sent "
              "again.");
    out.sample({{"result", "taken"}}, static_cast<double>(forwards.taken.load()));
    out.sample({{"result", "refused"}}, static_cast<double>(forwards.refused.load()));
    out.sample({{"result", "moved"}}, static_cast<double>(forwards.moved.load()));
    out.sample({{"result", "unreachable"}}, static_cast<double>(forwards.unreachable.load()));
    out.sample({{"result", "unknown"}}, static_cast<double>(forwards.unknown.load()));
}

} // namespace sluice::gateway::serve
