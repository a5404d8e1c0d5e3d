#include "gateway/telemetry/render.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway::telemetry {

namespace {

constexpr auto counts = metric_kind::counter;
constexpr auto gauge = metric_kind::gauge;

double number(std::uint64_t n) {
    return static_cast<double>(n);
}

double seconds(std::chrono::milliseconds d) {
    return static_cast<double>(d.count()) / 1e3;
}

template <class Source, class Read>
std::uint64_t sum(std::vector<Source const*> const& sources, Read&& read) {
    std::uint64_t total = 0;
    for (auto const* source : sources)
        total += read(*source).get();
    return total;
}

void add_build(family_list& out, metrics_inputs const& in) {
    out.begin(gauge, "sluice_build_info", "The program that runs; always 1.");
    out.sample({{"version", in.build.version},
                {"revision", in.build.revision},
                {"compiler", in.build.compiler}},
               1);
    if (in.durability.empty()) return;
    out.begin(gauge, "sluice_durability_info", "What an acknowledgement means; always 1.");
    out.sample({{"durability", in.durability}}, 1);
}

void add_accepted(family_list& out, metrics_inputs const& in) {
    out.begin(counts, "sluice_tasks_accepted_total", "Tasks acknowledged, by route.");
    for (std::uint32_t route = 0; route < series_limit; ++route) {
        auto const total = sum(in.io, [=](auto& io) -> auto& { return io.accepted[route]; });
        if (total == 0) continue;
        auto const name = in.routes == nullptr ? std::string(other_label) : in.routes->name(route);
        out.sample({{"route", name}}, number(total));
    }
    duration_distribution accept;
    for (auto const* io : in.io)
        io->accept_duration.add_to(accept);
    out.histogram("sluice_accept_duration_seconds",
                  "From the first byte of an accepted call to its answer.", accept);
}

void add_calls(family_list& out, metrics_inputs const& in) {
    out.begin(counts, "sluice_calls_refused_total", "Calls that were not taken, by reason.");
    for (std::size_t i = 0; i < refusal_reason_count; ++i) {
        auto const total = sum(in.io, [=](auto& io) -> auto& { return io.refused[i]; });
        out.sample({{"reason", to_string(static_cast<refusal_reason>(i))}}, number(total));
    }
    out.begin(counts, "sluice_webhook_calls_total",
              "Calls that named a custom webhook or a widget, refused ones included.");
    for (std::uint32_t label = 0; label < series_limit; ++label) {
        auto const total = sum(in.io, [=](auto& io) -> auto& { return io.webhooks[label]; });
        if (total == 0) continue;
        auto const name = in.routes == nullptr ? std::string(other_label) : in.routes->name(label);
        out.sample({{"webhook", name}}, number(total));
    }
    out.begin(counts, "sluice_http_replies_total", "Answers to calls, by class of the status.");
    for (std::size_t digit = 2; digit <= 5; ++digit) {
        auto const total = sum(in.io, [=](auto& io) -> auto& { return io.replies[digit]; });
        out.sample({{"class", fmt::format("{}xx", digit)}}, number(total));
    }
    out.single(counts, "sluice_calls_repeated_total",
               "Calls answered from their idempotency key without a new task.",
               number(sum(in.io, [](auto& io) -> auto& { return io.repeated; })));
}

void add_listener_total(family_list& out, metrics_inputs const& in, std::string_view name,
                        std::string_view help, http::counter server::server_counters::*which) {
    auto const total = sum(in.listeners, [=](auto& l) -> auto& { return l.*which; });
    out.single(counts, name, help, number(total));
}

void add_listeners(family_list& out, metrics_inputs const& in) {
    using all = server::server_counters;
    auto const open = sum(in.listeners, [](auto& l) -> auto& { return l.connections_open; });
    out.single(gauge, "sluice_connections", "Inbound connections that are open.", number(open));
    add_listener_total(out, in, "sluice_connections_accepted_total", "Inbound connections taken.",
                       &all::connections_accepted);
    add_listener_total(out, in, "sluice_connections_refused_total",
                       "Inbound connections closed at once: limits.connections was reached.",
                       &all::connections_refused);
    add_listener_total(out, in, "sluice_accept_pauses_total",
                       "Times that accepting stopped for want of descriptors or memory.",
                       &all::accept_pauses);
    add_listener_total(out, in, "sluice_handshakes_failed_total", "Inbound TLS handshakes failed.",
                       &all::handshakes_failed);
    add_listener_total(out, in, "sluice_http_requests_total", "Requests read whole.",
                       &all::requests);
    add_listener_total(out, in, "sluice_http_timeouts_total", "Deadlines of clients that passed.",
                       &all::timeouts);
    add_listener_total(out, in, "sluice_received_bytes_total", "Bytes read from clients.",
                       &all::bytes_in);
    add_listener_total(out, in, "sluice_sent_bytes_total", "Bytes written to clients.",
                       &all::bytes_out);
    out.begin(counts, "sluice_http_rejected_total",
              "Requests refused before a handler saw them, by status.");
    for (std::size_t i = 0; i < all::own_statuses.size(); ++i) {
        auto const total = sum(in.listeners, [=](auto& l) -> auto& { return l.refusals[i]; });
        out.sample({{"status", fmt::to_string(all::own_statuses[i])}}, number(total));
    }
}

void add_clients(family_list& out, metrics_inputs const& in) {
    using all = client::client_counters;
    auto const add = [&](metric_kind kind, auto name, auto help, counter all::*which) {
        auto const total = sum(in.clients, [=](auto& each) -> auto& { return each.*which; });
        out.single(kind, name, help, number(total));
    };
    add(gauge, "sluice_outbound_connections", "Outbound connections, those being opened included.",
        &all::connections_open);
    add(gauge, "sluice_outbound_connections_idle", "Outbound connections that wait for work.",
        &all::connections_idle);
    add(counts, "sluice_outbound_connections_opened_total", "Outbound connections made.",
        &all::connections_opened);
    add(counts, "sluice_outbound_dials_failed_total",
        "Outbound connections that were not made: name, address policy, connect, proxy or TLS.",
        &all::dials_failed);
    add(counts, "sluice_outbound_exchanges_total", "Requests of attempts that were answered.",
        &all::exchanges);
    add(counts, "sluice_outbound_failures_total", "Requests of attempts that were not answered.",
        &all::failures);
    add(counts, "sluice_outbound_stale_retries_total",
        "Requests sent again, within their attempt: the kept connection had been closed.",
        &all::stale_retries);
    add(counts, "sluice_outbound_answers_cut_total", "Answers cut at the destination's limit.",
        &all::answers_truncated);
}

void add_attempts(family_list& out, core_metrics const& core) {
    auto const lanes = core.lanes();
    out.begin(counts, "sluice_attempts_total", "Attempts that ended, by what they came to.");
    for (auto const* lane : lanes) {
        for (std::size_t i = 0; i < attempt_outcome_count; ++i) {
            auto const total = lane->attempts[i].get();
            if (total == 0) continue;
            auto const outcome = to_string(static_cast<attempt_outcome>(i));
            out.sample({{"destination", lane->name}, {"outcome", outcome}}, number(total));
        }
    }
    auto const by_destination = [&](auto name, auto help, counter lane_counters::*which) {
        out.begin(counts, name, help);
        for (auto const* lane : lanes)
            out.sample({{"destination", lane->name}}, number((lane->*which).get()));
    };
    by_destination("sluice_retries_total", "Attempts after a task's first.",
                   &lane_counters::retries);
    by_destination("sluice_dead_letters_total", "Tasks that were given up.", &lane_counters::dead);
    by_destination("sluice_destination_changes_total",
                   "Changes of a destination: breaker, disabled, paused, resumed.",
                   &lane_counters::changes);
}

// A destination to which nothing was delivered has no series: each is of twenty lines.
void add_deliveries(family_list& out, core_metrics const& core) {
    out.begin_histogram("sluice_delivery_duration_seconds", "The attempt that delivered a task.");
    for (auto const* lane : core.lanes()) {
        duration_distribution copy;
        lane->delivery_duration.add_to(copy);
        if (copy.count() != 0) out.distribution({{"destination", lane->name}}, copy);
    }
}

void add_histogram(family_list& out, std::string_view name, std::string_view help,
                   duration_histogram const& of) {
    duration_distribution copy;
    of.add_to(copy);
    out.histogram(name, help, copy);
}

void add_core(family_list& out, core_metrics const& core) {
    add_attempts(out, core);
    add_deliveries(out, core);
    out.begin(counts, "sluice_tasks_finished_total", "Tasks that ended, by state.");
    for (std::size_t i = 0; i < core.finished.size(); ++i) {
        auto const first = static_cast<std::size_t>(queue::task_state::delivered);
        auto const state = static_cast<queue::task_state>(first + i);
        out.sample({{"state", queue::to_string(state)}}, number(core.finished[i].get()));
    }
    add_histogram(out, "sluice_schedule_lateness_seconds",
                  "Start of an attempt against the time it was due.", core.lateness);
    add_histogram(out, "sluice_task_completion_seconds", "From a task's time until delivered.",
                  core.completion_duration);
    add_histogram(out, "sluice_task_life_seconds", "From a task's acceptance until delivered.",
                  core.life);
    add_histogram(out, "sluice_journal_fsync_seconds", "Write and sync of one journal batch.",
                  core.fsync_duration);
    out.single(counts, "sluice_journal_batches_total", "Batches synced.",
               number(core.batches.get()));
    out.single(counts, "sluice_journal_records_total", "Records synced.",
               number(core.batch_records.get()));
    out.single(counts, "sluice_journal_written_bytes_total", "Bytes synced.",
               number(core.batch_bytes.get()));
    out.single(counts, "sluice_storage_failures_total", "Writes or syncs that failed.",
               number(core.storage_failures.get()));
    out.single(counts, "sluice_clock_steps_total", "Steps of the wall clock.",
               number(core.clock_steps.get()));
}

void add_queue(family_list& out, metrics_inputs const& in) {
    auto const& c = *in.counts;
    out.begin(gauge, "sluice_queue_tasks", "Tasks in the queue and dead letters, by state.");
    out.sample({{"state", "scheduled"}}, number(c.scheduled));
    out.sample({{"state", "ready"}}, number(c.ready));
    out.sample({{"state", "in_flight"}}, number(c.in_flight));
    out.sample({{"state", "retry_wait"}}, number(c.retry_wait));
    out.sample({{"state", "dead"}}, number(c.dead));
    out.begin(gauge, "sluice_queue_oldest_seconds",
              "Age of a destination's oldest task that could have gone; 0: there is none.");
    for (auto const& d : in.destinations)
        out.sample({{"destination", d.name}}, seconds(d.oldest));
    out.single(gauge, "sluice_queue_payload_bytes", "Payloads in memory.", number(c.payload_bytes));
    out.single(gauge, "sluice_idempotency_keys", "Idempotency-Keys of callers remembered.",
               number(c.idempotency_keys));
    out.single(gauge, "sluice_content_keys", "Contents remembered, to know them again (dedup).",
               number(c.content_keys));
}

// Where several gateways share the limits. What is used of a rate is sluice_attempts_total's.
void add_permits(family_list& out, std::vector<destination_gauges> const& all) {
    if (std::ranges::none_of(all, [](auto const& d) { return d.held.has_value(); })) return;
    out.begin(gauge, "sluice_permits_held",
              "What this gateway holds of a destination's limits: attempts a second, or at once.");
    for (auto const& d : all) {
        if (!d.held) continue;
        if (d.held->rate) out.sample({{"destination", d.name}, {"limit", "rate"}}, *d.held->rate);
        out.sample({{"destination", d.name}, {"limit", "concurrency"}},
                   number(d.held->concurrency));
    }
    out.begin(gauge, "sluice_permits_used", "What it uses of them: attempts under way.");
    for (auto const& d : all) {
        if (d.held)
            out.sample({{"destination", d.name}, {"limit", "concurrency"}}, number(d.in_flight));
    }
}

void add_destinations(family_list& out, std::vector<destination_gauges> const& all) {
    auto const flag = [&](auto name, auto help, bool destination_gauges::*which) {
        out.begin(gauge, name, help);
        for (auto const& d : all)
            out.sample({{"destination", d.name}}, d.*which ? 1 : 0);
    };
    flag("sluice_destination_paused", "1 while an operator pauses it.",
         &destination_gauges::is_paused);
    flag("sluice_destination_disabled", "1 after it answered 410, until it is resumed.",
         &destination_gauges::is_disabled);
    flag("sluice_destination_breaker_open", "1 while its breaker is open.",
         &destination_gauges::is_breaker_open);
    flag("sluice_destination_unknown",
         "1 while tasks wait for it and the configuration does not have it.",
         &destination_gauges::is_unknown);
    out.begin(gauge, "sluice_destination_rate_limit",
              "Attempts a second that its rate allows; absent where it has none.");
    for (auto const& d : all) {
        if (d.rate) out.sample({{"destination", d.name}}, *d.rate);
    }
    out.begin(gauge, "sluice_destination_concurrency_limit",
              "Attempts that may be in flight now: the concurrency, or what was learnt.");
    for (auto const& d : all)
        out.sample({{"destination", d.name}}, number(d.limit));
    out.begin(gauge, "sluice_retry_budget_available",
              "Retries that may go now; absent where share = 1, which is no bound.");
    for (auto const& d : all) {
        if (d.retries_left) out.sample({{"destination", d.name}}, number(*d.retries_left));
    }
    out.begin(counts, "sluice_retries_held_total",
              "Retries that were due and had to wait for the retry budget.");
    for (auto const& d : all)
        out.sample({{"destination", d.name}}, number(d.retries_held));
    add_permits(out, all);
    out.begin(gauge, "sluice_destination_tasks", "Tasks of a destination, by state.");
    for (auto const& d : all) {
        out.sample({{"destination", d.name}, {"state", "scheduled"}}, number(d.scheduled));
        out.sample({{"destination", d.name}, {"state", "ready"}}, number(d.ready));
        out.sample({{"destination", d.name}, {"state", "in_flight"}}, number(d.in_flight));
        out.sample({{"destination", d.name}, {"state", "retry_wait"}}, number(d.retry_wait));
        out.sample({{"destination", d.name}, {"state", "dead"}}, number(d.dead));
    }
}

void add_journal(family_list& out, journal_gauges const& j) {
    out.single(gauge, "sluice_journal_segments", "Segments on disk.", number(j.segments));
    out.single(gauge, "sluice_journal_bytes", "Disk that the journal takes.", number(j.bytes));
    out.single(gauge, "sluice_journal_live_bytes", "Records of tasks that are not finished.",
               number(j.live_bytes));
    out.single(gauge, "sluice_journal_limit_bytes", "limits.journal_bytes.", number(j.limit_bytes));
    out.single(gauge, "sluice_history_tasks", "Finished tasks that can be looked up.",
               number(j.history_tasks));
    out.single(counts, "sluice_history_lost_total",
               "Finished tasks of which nothing could be kept: the disk was short or slow.",
               number(j.lost_history));
    out.single(
        counts, "sluice_history_gave_way_total",
        "Finished tasks that can be looked up no more before [retention] is over: the disk or "
        "limits.journal_bytes was full.",
        number(j.gave_way_history));
}

void add_settings(family_list& out, metrics_inputs const& in) {
    if (!in.limits.empty()) {
        out.begin(gauge, "sluice_limit", "Bounds of [limits] in force, by their keys.");
        for (auto const& each : in.limits)
            out.sample({{"limit", each.name}}, number(each.value));
    }
    if (!in.reload) return;
    using seconds_since_1970 = std::chrono::duration<double>;
    out.single(gauge, "sluice_config_last_reload_success",
               "1 where the configuration file was taken at the start or the last SIGHUP.",
               in.reload->was_taken ? 1 : 0);
    out.single(gauge, "sluice_config_last_reload_success_timestamp_seconds",
               "When the configuration in force was taken, in Unix time.",
               seconds_since_1970(in.reload->taken_at.time_since_epoch()).count());
}

void add_log(family_list& out, log_counts const& l) {
    out.single(counts, "sluice_log_lines_total", "Log lines written.", number(l.written));
    out.single(counts, "sluice_log_lines_suppressed_total", "Log lines held back by the rate.",
               number(l.suppressed));
    out.single(counts, "sluice_log_lines_dropped_total", "Log lines lost to a full queue.",
               number(l.dropped));
}

void add_process(family_list& out, process_sample const& p) {
    out.single(counts, "process_cpu_seconds_total", "CPU time, user and system.", p.cpu_seconds);
    out.single(gauge, "process_resident_memory_bytes", "Memory in RAM.", number(p.resident_bytes));
    out.single(gauge, "process_virtual_memory_bytes", "Address space.", number(p.virtual_bytes));
    out.single(gauge, "process_threads", "Threads.", number(p.threads));
    out.single(gauge, "process_open_fds", "Open descriptors.", number(p.open_descriptors));
    out.single(gauge, "process_max_fds", "Most descriptors allowed.", number(p.max_descriptors));
    out.single(gauge, "process_start_time_seconds", "Start, in Unix time.", p.start_time_seconds);
}

} // namespace

destination_gauges gauges_of(std::string_view name, queue::lane_view const& lane,
                             queue::lane_pace const& pace) {
    destination_gauges d;
    d.name = name;
    d.is_paused = lane.is_paused;
    d.is_disabled = lane.is_disabled;
    d.is_breaker_open = lane.is_breaker_open;
    d.is_unknown = !lane.is_configured && lane.live() != 0;
    d.scheduled = lane.scheduled;
    d.ready = lane.ready;
    d.in_flight = lane.in_flight;
    d.retry_wait = lane.retry_wait;
    d.dead = lane.dead;
    d.limit = lane.limit;
    d.retries_left = pace.retries_left;
    d.retries_held = pace.retries_held;
    if (pace.rate != 0) d.rate = number(pace.rate) * 1e6 / static_cast<double>(pace.period.count());
    if (pace.share) {
        destination_gauges::permits held;
        held.concurrency = pace.share->slots;
        if (d.rate) held.rate = *d.rate * pace.share->rate / queue::all_parts;
        d.held = held;
    }
    return d;
}

std::string render_metrics(metrics_inputs const& in) {
    family_list out;
    add_build(out, in);
    if (!in.io.empty()) {
        add_accepted(out, in);
        add_calls(out, in);
    }
    if (!in.listeners.empty()) add_listeners(out, in);
    if (!in.clients.empty()) add_clients(out, in);
    if (in.core != nullptr) add_core(out, *in.core);
    if (in.counts) add_queue(out, in);
    if (!in.destinations.empty()) add_destinations(out, in.destinations);
    if (in.journal) add_journal(out, *in.journal);
    add_settings(out, in);
    if (in.log) add_log(out, *in.log);
    if (in.process) add_process(out, *in.process);
    if (in.more) in.more(out);
    return out.text();
}

} // namespace sluice::gateway::telemetry
