#include "gateway/telemetry/render.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>

namespace render_test {

using namespace sluice::gateway::telemetry;
namespace queue = sluice::queue;
namespace server = sluice::gateway::server;
using namespace std::chrono_literals;

namespace {

struct fixture {
    std::unique_ptr<io_metrics> first = std::make_unique<io_metrics>();
    std::unique_ptr<io_metrics> second = std::make_unique<io_metrics>();
    std::unique_ptr<core_metrics> core = std::make_unique<core_metrics>();
    server::server_counters listener;
    label_table routes;
    metrics_inputs in;

    fixture() {
        in.build = {"0.1.0", "abc", "g++ 12"};
        in.durability = "fsync";
        in.io = {first.get(), second.get()};
        in.routes = &routes;
        in.core = core.get();
        in.listeners = {&listener};
    }

    bool has(std::string const& line) const {
        return ("\n" + render_metrics(in)).find("\n" + line + "\n") != std::string::npos;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(render, fixture)

BOOST_AUTO_TEST_CASE(threads_are_added_up_by_route) {
    auto const crm = routes.intern("/in/crm");
    first->on_accepted(crm, 1ms, 2);
    second->on_accepted(crm, 1ms);
    second->on_accepted(0, 1ms);
    BOOST_TEST(has("sluice_tasks_accepted_total{route=\"/in/crm\"} 3"));
    BOOST_TEST(has("sluice_tasks_accepted_total{route=\"other\"} 1"));
    BOOST_TEST(has("sluice_accept_duration_seconds_count 3"));
}

BOOST_AUTO_TEST_CASE(attempts_carry_destination_and_outcome) {
    core->name_lane(queue::lane_id{0}, "crm");
    queue::outcome o;
    o.verdict = queue::verdict::delivered;
    o.status = 200;
    o.duration = 15ms;
    core->on_attempt_ended({{}, queue::lane_id{0}, 2, o, 3ms});
    core->on_task_finished({{}, queue::lane_id{0}, {}, queue::task_state::dead, 2, 1s, "", false});
    BOOST_TEST(has("sluice_attempts_total{destination=\"crm\",outcome=\"delivered\"} 1"));
    BOOST_TEST(has("sluice_retries_total{destination=\"crm\"} 1"));
    BOOST_TEST(has("sluice_dead_letters_total{destination=\"crm\"} 1"));
    BOOST_TEST(has("sluice_tasks_finished_total{state=\"dead\"} 1"));
    BOOST_TEST(has("sluice_delivery_duration_seconds_bucket{destination=\"crm\",le=\"0.025\"} 1"));
    BOOST_TEST(has("sluice_schedule_lateness_seconds_bucket{le=\"0.0025\"} 0"));
    BOOST_TEST(has("sluice_schedule_lateness_seconds_bucket{le=\"0.005\"} 1"));
}

BOOST_AUTO_TEST_CASE(the_queue_is_shown_by_state) {
    in.counts = queue::engine_counts{.scheduled = 5,
                                     .ready = 4,
                                     .in_flight = 3,
                                     .retry_wait = 2,
                                     .dead = 1,
                                     .payload_bytes = 1000,
                                     .idempotency_keys = 9,
                                     .content_keys = 8};
    in.destinations = {gauges_of("crm", {}, {}), gauges_of("idle", {}, {})};
    in.destinations.front().oldest = 1500ms;
    BOOST_TEST(has("sluice_queue_tasks{state=\"scheduled\"} 5"));
    BOOST_TEST(has("sluice_queue_tasks{state=\"dead\"} 1"));
    BOOST_TEST(has("sluice_queue_oldest_seconds{destination=\"crm\"} 1.5"));
    BOOST_TEST(has("sluice_queue_oldest_seconds{destination=\"idle\"} 0"));
    BOOST_TEST(has("sluice_queue_payload_bytes 1000"));
    BOOST_TEST(has("sluice_idempotency_keys 9"));
    BOOST_TEST(has("sluice_content_keys 8"));
}

BOOST_AUTO_TEST_CASE(calls_and_connections_are_counted) {
    first->on_refused(refusal_reason::queue_full);
    first->on_reply(202);
    second->on_reply(503);
    second->on_repeated();
    listener.connections_open.add(4);
    listener.refusals_with(431).add(2);
    BOOST_TEST(has("sluice_calls_refused_total{reason=\"queue_full\"} 1"));
    BOOST_TEST(has("sluice_http_replies_total{class=\"2xx\"} 1"));
    BOOST_TEST(has("sluice_http_replies_total{class=\"5xx\"} 1"));
    BOOST_TEST(has("sluice_calls_repeated_total 1"));
    BOOST_TEST(has("sluice_connections 4"));
    BOOST_TEST(has("sluice_http_rejected_total{status=\"431\"} 2"));
}

BOOST_AUTO_TEST_CASE(connections_to_destinations_are_counted) {
    sluice::gateway::client::client_counters one, other;
    in.clients = {&one, &other};
    one.connections_open.add(3);
    one.connections_idle.add(2);
    other.connections_opened.add(5);
    other.dials_failed.add(4);
    one.exchanges.add(7);
    other.exchanges.add(1);
    one.failures.add(6);
    one.stale_retries.add(9);
    other.answers_truncated.add(11);
    for (auto const* line :
         {"sluice_outbound_connections 3", "sluice_outbound_connections_idle 2",
          "sluice_outbound_connections_opened_total 5", "sluice_outbound_dials_failed_total 4",
          "sluice_outbound_exchanges_total 8", "sluice_outbound_failures_total 6",
          "sluice_outbound_stale_retries_total 9", "sluice_outbound_answers_cut_total 11"})
        BOOST_TEST(has(line), line);
}

BOOST_AUTO_TEST_CASE(destinations_show_what_holds_them) {
    queue::lane_view lane;
    lane.is_paused = true;
    lane.retry_wait = 6;
    queue::lane_pace pace;
    pace.retries_left = 7;
    pace.retries_held = 9;
    pace.rate = 30;
    pace.period = 1min;
    in.destinations = {gauges_of("crm", lane, pace), gauges_of("free", lane, {})};
    BOOST_TEST(has("sluice_retry_budget_available{destination=\"crm\"} 7"));
    BOOST_TEST(!has("sluice_retry_budget_available{destination=\"free\"} 0")); // no bound
    BOOST_TEST(has("sluice_retries_held_total{destination=\"crm\"} 9"));
    BOOST_TEST(has("sluice_destination_paused{destination=\"crm\"} 1"));
    BOOST_TEST(has("sluice_destination_breaker_open{destination=\"crm\"} 0"));
    BOOST_TEST(has("sluice_destination_tasks{destination=\"crm\",state=\"retry_wait\"} 6"));
    BOOST_TEST(has("sluice_destination_rate_limit{destination=\"crm\"} 0.5"));
    BOOST_TEST(!has("sluice_destination_rate_limit{destination=\"free\"} 0"));
    BOOST_TEST(has("sluice_destination_unknown{destination=\"crm\"} 1"));
    lane.is_configured = true;
    in.destinations = {gauges_of("crm", lane, pace)};
    BOOST_TEST(has("sluice_destination_unknown{destination=\"crm\"} 0"));
}

BOOST_AUTO_TEST_CASE(webhooks_are_counted_by_name) {
    first->on_webhook(routes.intern("createOutbound"));
    second->on_webhook(routes.intern("createOutbound"));
    BOOST_TEST(has("sluice_webhook_calls_total{webhook=\"createOutbound\"} 2"));
}

BOOST_AUTO_TEST_CASE(limits_and_the_last_reload_are_shown) {
    in.limits = {{"queue_tasks", 7}, {"body", 1024}};
    in.reload = reload_gauges{false, std::chrono::system_clock::time_point(1000s)};
    BOOST_TEST(has("sluice_limit{limit=\"queue_tasks\"} 7"));
    BOOST_TEST(has("sluice_limit{limit=\"body\"} 1024"));
    BOOST_TEST(has("sluice_config_last_reload_success 0"));
    BOOST_TEST(has("sluice_config_last_reload_success_timestamp_seconds 1000"));
    in.reload->was_taken = true;
    BOOST_TEST(has("sluice_config_last_reload_success 1"));
}

BOOST_AUTO_TEST_CASE(build_durability_journal_log_and_process_are_there) {
    in.journal = journal_gauges{2, 128, 64, 1024, 9, 4, 5};
    in.log = log_counts{10, 3, 1};
    in.process = process_sample{1.5, 1'700'000'000, 4096, 8192, 3, 12, 1024};
    in.more = [](family_list& out) {
        out.single(metric_kind::gauge, "sluice_pool_idle", "Idle connections.", 7);
    };
    core->on_batch_synced({5, 2048, 800us});
    for (auto const* line :
         {R"(sluice_build_info{version="0.1.0",revision="abc",compiler="g++ 12"} 1)",
          R"(sluice_durability_info{durability="fsync"} 1)", "sluice_journal_segments 2",
          "sluice_journal_bytes 128", "sluice_history_tasks 9", "sluice_history_lost_total 4",
          "sluice_history_gave_way_total 5", "sluice_journal_batches_total 1",
          "sluice_journal_fsync_seconds_count 1", "sluice_log_lines_suppressed_total 3",
          "sluice_log_lines_dropped_total 1", "process_cpu_seconds_total 1.5",
          "process_resident_memory_bytes 4096", "process_open_fds 12",
          "process_start_time_seconds 1700000000", "sluice_pool_idle 7"})
        BOOST_TEST(has(line), line);
}

BOOST_AUTO_TEST_CASE(what_is_not_given_is_left_out) {
    in = {};
    auto const text = render_metrics(in);
    BOOST_TEST(text.find("sluice_build_info") != std::string::npos);
    BOOST_TEST(text.find("sluice_queue_tasks") == std::string::npos);
    BOOST_TEST(text.find("process_") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_fullest_page_stays_below_a_mebibyte) {
    for (std::uint32_t i = 0; i < series_limit; ++i) {
        auto const name = "destination-with-a-long-name-" + std::to_string(i);
        first->on_accepted(routes.intern(name), 1ms);
        core->name_lane(queue::lane_id{i}, name);
        in.destinations.push_back({.name = name});
        for (std::uint16_t status = 300; status < 600; status = status + 100) {
            queue::outcome o;
            o.status = status;
            core->on_attempt_ended({{}, queue::lane_id{i}, 1, o, 0ms});
        }
    }
    BOOST_TEST(render_metrics(in).size() < 1024u * 1024u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace render_test
