// What the app tells about itself: the page of metrics and the health checks. Each asks the core
// for its numbers first, so that they are of one moment.
#include "gateway/serve/app.hpp"
#include "gateway/serve/cluster_status.hpp"
#include "gateway/telemetry/health.hpp"
#include "gateway/telemetry/render.hpp"
#include "queue/journal/journal.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace sluice::gateway::serve {

namespace {

// What the core knows, copied out on its thread.
struct core_sample {
    std::chrono::milliseconds stalled_for{0}; // see dispatcher::store_age
    queue::engine_counts counts;
    queue::journal_stats disk;
    queue::claim_counts keys;
    bool has_failed = false;
    queue::instant now;
    std::vector<telemetry::destination_gauges> destinations;
};

core_sample take_sample(queue::dispatcher& core) {
    core_sample sample;
    sample.stalled_for = core.store_age(core.now());
    sample.counts = core.state().counts();
    sample.disk = core.disk().stats();
    sample.keys = core.claims();
    sample.has_failed = core.disk().has_failed();
    sample.now = core.now();
    auto const& lanes = core.table().lanes;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        auto const lane = static_cast<queue::lane_id>(i);
        sample.destinations.push_back(telemetry::gauges_of(
            lanes.name(lane), core.state().view(lane), core.state().pace(lane, sample.now)));
    }
    for (auto const& [lane, at] : core.state().oldest_due()) {
        auto& of = sample.destinations[static_cast<std::size_t>(lane)];
        if (at < sample.now.wall) of.oldest = sample.now.wall - at;
    }
    return sample;
}

bool is_held(telemetry::destination_gauges const& d) {
    return d.is_paused || d.is_disabled || d.is_breaker_open;
}

// Of a lane of callbacks or of a widget, as the list of destinations has it.
bool is_listed(telemetry::destination_gauges const& d) {
    return is_held(d) || d.live() + d.dead > 0;
}

// By their keys. Those of the queue hold from the start, the others from the last reload.
std::vector<telemetry::limit_gauge> limits_in_force(config::limits const& at_start,
                                                    config::limits const& now) {
    return {{"queue_tasks", at_start.queue_tasks},
            {"queue_bytes", at_start.queue_bytes},
            {"journal_bytes", at_start.journal_bytes},
            {"idempotency_keys", at_start.idempotency_keys},
            {"connections", now.connections},
            {"body", now.body_bytes},
            {"links", now.links},
            {"users", now.users},
            {"agents", now.agents}};
}

void add_table_metrics(telemetry::family_list& out, tables::backend const& from) {
    using telemetry::metric_kind;
    auto const now = from.counts();
    out.begin(metric_kind::gauge, "sluice_table_rows", "Links, persons with variables, agents.");
    out.sample({{"table", "links"}}, static_cast<double>(now.links));
    out.sample({{"table", "users"}}, static_cast<double>(now.users));
    out.sample({{"table", "agents"}}, static_cast<double>(now.agents));
    out.single(metric_kind::gauge, "sluice_table_waiting_writes",
               "Writes that wait for the tables' disk.", static_cast<double>(now.waiting_writes));
    out.single(metric_kind::counter, "sluice_table_transactions_total",
               "Transactions committed to the tables.", static_cast<double>(now.transactions));
    out.single(metric_kind::counter, "sluice_table_failures_total",
               "Transactions of the tables that failed.", static_cast<double>(now.failures));
}

void add_name_metrics(telemetry::family_list& out, client::lookup_counters const& from) {
    using telemetry::metric_kind;
    constexpr std::array<std::string_view, 4> results{"found", "no_such_name", "failed",
                                                      "not_asked"};
    static_assert(results.size() == std::tuple_size_v<decltype(from.answers)>);
    out.begin(metric_kind::counter, "sluice_name_lookups_total",
              "Names looked up, by what came of it; not_asked says nothing of the name.");
    for (std::size_t i = 0; i < results.size(); ++i)
        out.sample({{"result", results[i]}}, static_cast<double>(from.answers[i].get()));
    auto const single = [&out](metric_kind kind, std::string_view name, std::string_view help,
                               http::counter const& value) {
        out.single(kind, name, help, static_cast<double>(value.get()));
    };
    single(metric_kind::gauge, "sluice_name_lookups_under_way",
           "Names that name servers are being asked for.", from.under_way);
    single(metric_kind::gauge, "sluice_name_lookups_waiting",
           "Names that wait for their turn to be asked for.", from.waiting);
    single(metric_kind::counter, "sluice_name_cache_hits_total",
           "Names answered from memory while the answer's time lasted.", from.cache_hits);
    single(metric_kind::counter, "sluice_name_stale_uses_total",
           "Names answered from memory while they were asked for anew.", from.stale_uses);
    single(metric_kind::gauge, "sluice_name_cache_names", "Names kept in memory.", from.names);
}

} // namespace

void app::warn_of_unknown(queue::dispatcher& core) {
    auto const& lanes = core.table().lanes;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        auto const view = core.state().view(static_cast<queue::lane_id>(i));
        if (view.is_configured || view.live() == 0) continue;
        log_.warn("tasks wait for a destination that is not in the configuration",
                  {{"destination", lanes.name(view.lane)}, {"tasks", view.live()}});
    }
}

void app::render_metrics(std::function<void(std::string)> tell) {
    auto const answer = [this, tell = std::move(tell)](core_sample const& sample) {
        telemetry::metrics_inputs inputs;
        inputs.build = build_;
        inputs.durability = durability_.text();
        if (home_) inputs.io.push_back(&home_metrics_);
        for (auto const& thread : threads_) {
            inputs.io.push_back(&thread->metrics());
            inputs.clients.push_back(&thread->client_counters());
            for (auto const* each : thread->listener_counters())
                inputs.listeners.push_back(each);
        }
        inputs.routes = &labels_;
        inputs.core = &core_metrics_;
        inputs.counts = sample.counts;
        inputs.destinations = sample.destinations;
        inputs.journal = telemetry::journal_gauges{
            sample.disk.segments,           sample.disk.bytes,         sample.disk.live_bytes,
            settings_->limit.journal_bytes, sample.disk.history_tasks, sample.disk.lost_history,
            sample.disk.gave_way_history};
        inputs.limits = limits_in_force(settings_->limit, current_->settings().limit);
        inputs.reload = reload_;
        inputs.log = log_.counts();
        inputs.process = telemetry::read_process();
        inputs.more = [this, keys = sample.keys](telemetry::family_list& out) {
            add_table_metrics(out, *tables_);
            add_name_metrics(out, resolver_->counters());
            if (!cluster_) return;
            add_cluster_metrics(out, cluster_->lease().status(), *cluster_->members());
            add_lane_metrics(out, cluster_->lanes().status());
            add_claim_metrics(out, keys, cluster_->claim_status());
            add_pace_metrics(out, cluster_->pace());
            add_order_metrics(out, cluster_->owned_slots(), node_->forwards());
        };
        tell(telemetry::render_metrics(inputs));
    };
    admin_port_->call([this, answer](queue::dispatcher& core) {
        admin_port_->tell([answer, sample = take_sample(core)] { answer(sample); });
    });
}

// Called once a second.
void app::take_figures() {
    auto const since_1970 = std::chrono::floor<std::chrono::seconds>(clock_.now().wall);
    auto const step = since_1970.time_since_epoch() / telemetry::figures::short_step;
    if (std::exchange(figures_step_, step) == step) return;
    auto const take = [this](core_sample const& sample) {
        telemetry::figure_totals now;
        now.at = sample.now.wall;
        auto const add_accepted = [&now](telemetry::io_metrics const& from) {
            for (auto const& each : from.accepted)
                now.accepted += each.get();
        };
        for (auto const& thread : threads_)
            add_accepted(thread->metrics());
        if (home_) add_accepted(home_metrics_);
        now.delivered = core_metrics_.finished.front().get();
        for (auto const* lane : core_metrics_.lanes()) {
            // Not their sum less the delivered ones: the core goes on counting meanwhile.
            for (std::size_t i = 0; i < lane->attempts.size(); ++i) {
                if (static_cast<telemetry::attempt_outcome>(i) !=
                    telemetry::attempt_outcome::delivered)
                    now.failed += lane->attempts[i].get();
            }
        }
        auto const& counts = sample.counts;
        now.waiting = counts.scheduled + counts.ready + counts.retry_wait;
        now.dead = counts.dead;
        for (auto const& each : sample.destinations) {
            auto const age = std::chrono::duration<double>(each.oldest).count();
            now.oldest_seconds = std::max(now.oldest_seconds, age);
        }
        now.durations = &core_metrics_;
        figures_.take(now);
    };
    admin_port_->call([this, take](queue::dispatcher& core) {
        admin_port_->tell([take, sample = take_sample(core)] { take(sample); });
    });
}

void app::ask_health(std::function<void(telemetry::health_inputs const&)> tell) {
    auto const answer = [this, tell = std::move(tell)](core_sample const& sample) {
        telemetry::health_inputs inputs;
        inputs.durability = durability_.text();
        inputs.is_draining = is_draining_;
        inputs.is_reload_refused = !reload_.was_taken;
        inputs.has_storage_failed = sample.has_failed;
        inputs.is_disk_full = sample.disk.is_short;
        inputs.disk_trouble = sample.disk.trouble;
        if (cluster_) {
            inputs.store_trouble = cluster_->trouble(sample.stalled_for);
            inputs.cluster = cluster_->summary();
        }
        inputs.queue_tasks = sample.counts.live();
        inputs.queue_tasks_limit = settings_->limit.queue_tasks;
        inputs.is_queue_full = inputs.queue_tasks >= inputs.queue_tasks_limit ||
                               sample.counts.payload_bytes >= settings_->limit.queue_bytes;
        inputs.destinations = sample.destinations.size();
        for (auto const& each : current_->implicit_lanes()) {
            auto const lane = static_cast<std::size_t>(each.lane);
            bool const is_there = lane < sample.destinations.size();
            if (is_there && !is_listed(sample.destinations[lane])) --inputs.destinations;
        }
        for (auto const& each : sample.destinations) {
            if (is_held(each)) ++inputs.destinations_held;
            if (each.is_unknown) inputs.unknown.push_back({each.name, each.live()});
        }
        tell(inputs);
    };
    admin_port_->call([this, answer](queue::dispatcher& core) {
        admin_port_->tell([answer, sample = take_sample(core)] { answer(sample); });
    });
}

} // namespace sluice::gateway::serve
