#include "gateway/serve/cluster_status.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

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

void add_lane_metrics(telemetry::family_list& out,
                      queue::postgres::lane_board_status const& board) {
    using telemetry::metric_kind;
    out.single(metric_kind::gauge, "sluice_cluster_lane_look_age_seconds",
               "Since this gateway last asked for others' pauses and gates and was answered.",
               seconds_of(board.look_age));
    out.single(metric_kind::gauge, "sluice_cluster_lane_rows",
               "Destinations that were ever paused, disabled or held back by their own wish.",
               static_cast<double>(board.rows));
    out.single(metric_kind::counter, "sluice_cluster_lane_looks_total",
               "Looks for others' pauses and gates that were answered.",
               static_cast<double>(board.looks));
    out.single(metric_kind::counter, "sluice_cluster_lane_writes_total",
               "Statements by which this gateway told the others of pauses and gates.",
               static_cast<double>(board.writes));
    out.single(metric_kind::counter, "sluice_cluster_lane_failures_total",
               "Statements about pauses and gates that were not answered.",
               static_cast<double>(board.failures));
}

void add_claim_metrics(telemetry::family_list& out, queue::claim_counts const& keys,
                       queue::postgres::claim_status const& done) {
    using telemetry::metric_kind;
    out.begin(metric_kind::counter, "sluice_cluster_keys_total",
              "Keys of calls: claimed from all gateways, met as another's, given back because "
              "their call came to nothing.");
    out.sample({{"outcome", "claimed"}}, static_cast<double>(keys.won));
    out.sample({{"outcome", "met"}}, static_cast<double>(keys.met));
    out.sample({{"outcome", "given_back"}}, static_cast<double>(keys.given_back));
    out.single(metric_kind::counter, "sluice_cluster_key_statements_total",
               "Statements that claim keys; one has many.", static_cast<double>(done.statements));
    out.single(metric_kind::counter, "sluice_cluster_key_repeats_total",
               "Of these, done before: their answer had been lost.",
               static_cast<double>(done.repeated));
}

void add_pace_metrics(telemetry::family_list& out, queue::postgres::pace_status const& pace) {
    using telemetry::metric_kind;
    auto const number = [](std::uint64_t n) { return static_cast<double>(n); };
    out.begin(metric_kind::counter, "sluice_permit_statements_total",
              "Statements that read or wrote who holds what of destinations' limits.");
    out.sample({{"kind", "look"}}, number(pace.looks));
    out.sample({{"kind", "write"}}, number(pace.writes));
    out.single(metric_kind::counter, "sluice_permit_conflicts_total",
               "Changes of holdings that another gateway was faster with.", number(pace.lost));
    out.single(metric_kind::counter, "sluice_permit_failures_total",
               "Statements about holdings that were not answered.", number(pace.failures));
    out.single(metric_kind::gauge, "sluice_permit_destinations",
               "Destinations of whose limits this gateway holds something.", number(pace.held));
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

std::string cluster_json(std::string_view gateway, queue::postgres::joined const& own,
                         queue::postgres::membership_status const& lease,
                         queue::postgres::members_view const& members) {
    using boost::json::array;
    using boost::json::object;
    array all;
    for (auto const& one : members.members)
        all.push_back(object{{"name", one.name},
                             {"log", one.log},
                             {"state", one.is_alive     ? "alive"
                                       : one.is_stopped ? "stopped"
                                                        : "silent"},
                             {"advertise", one.advertise},
                             {"version", one.version},
                             {"self", one.is_self}});
    array adopted;
    for (auto const& one : members.adopted)
        adopted.push_back(object{
            {"log", one.log}, {"by", array(one.by.begin(), one.by.end())}, {"done", one.is_done}});
    return boost::json::serialize(object{{"gateway", gateway},
                                         {"log", own.log},
                                         {"epoch", own.epoch},
                                         {"reachable", members.is_reachable},
                                         {"lease_remaining_ms", lease.lease_remaining.count()},
                                         {"members", std::move(all)},
                                         {"adopted", std::move(adopted)}});
}

} // namespace sluice::gateway::serve
