#include "gateway/telemetry/events_observer.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace events_observer_test {

using namespace sluice::gateway::telemetry;
namespace queue = sluice::queue;
namespace config = sluice::gateway::config;
using namespace std::chrono_literals;

namespace {

using telemetry_log = sluice::gateway::telemetry::log;

constexpr queue::lane_id crm{0};

struct manual_clock final : queue::clock {
    queue::instant now() const override { return at; }
    queue::instant at{{}, queue::mono_time(1000s)};
};

// What the observer logged, as JSON objects, once `lines()` has ended the log.
struct fixture {
    std::ostringstream out;
    manual_clock clock;
    std::unique_ptr<core_metrics> metrics = std::make_unique<core_metrics>();
    std::unique_ptr<telemetry_log> log_;
    std::unique_ptr<sluice::gateway::telemetry::events_observer> observer;

    fixture() {
        log_options options;
        options.out = &out;
        options.format = config::log_format::json;
        options.lines_per_second = 0;
        log_ = std::make_unique<telemetry_log>(options);
        observer =
            std::make_unique<sluice::gateway::telemetry::events_observer>(*metrics, *log_, clock);
        metrics->name_lane(crm, "crm");
    }

    std::vector<boost::json::object> lines() {
        log_.reset();
        std::vector<boost::json::object> all;
        std::istringstream in(out.str());
        for (std::string line; std::getline(in, line);)
            all.push_back(boost::json::parse(line).as_object());
        return all;
    }

    void fail(std::string detail = "connection refused") {
        queue::outcome o;
        o.cause = queue::cause::connect;
        o.detail = std::move(detail);
        observer->on_attempt_ended({{}, crm, 1, o, 0ms});
    }
    void finish(queue::task_state state, std::string_view reason = {}) {
        observer->on_task_finished({{}, crm, {}, state, 7, 40ms, reason, false});
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(events_observer, fixture)

BOOST_AUTO_TEST_CASE(a_thousand_failed_attempts_are_two_lines) {
    for (int i = 0; i < 500; ++i)
        fail();
    clock.at.mono += 9999ms;
    for (int i = 0; i < 500; ++i)
        fail();
    clock.at.mono += 1ms;
    observer->tick();
    observer->tick();
    auto const all = lines();
    BOOST_REQUIRE_EQUAL(all.size(), 2u);
    BOOST_TEST(all[0].at("message").as_string() == "attempts fail");
    BOOST_TEST(all[0].at("level").as_string() == "warning");
    BOOST_TEST(all[0].at("destination").as_string() == "crm");
    BOOST_TEST(all[0].at("failed").as_int64() == 1);
    BOOST_TEST(all[1].at("failed").as_int64() == 999);
    BOOST_TEST(all[1].at("for_example").as_string() == "connect: connection refused");
}

BOOST_AUTO_TEST_CASE(a_failure_after_the_period_reports_at_once) {
    fail();
    fail();
    clock.at.mono += 10s;
    fail();
    auto const all = lines();
    BOOST_REQUIRE_EQUAL(all.size(), 2u);
    BOOST_TEST(all[1].at("failed").as_int64() == 2);
}

BOOST_AUTO_TEST_CASE(deliveries_and_stopped_attempts_are_no_lines) {
    queue::outcome o;
    o.verdict = queue::verdict::delivered;
    o.status = 200;
    observer->on_attempt_ended({{}, crm, 1, o, 0ms});
    o.verdict = queue::verdict::retry;
    o.cause = queue::cause::stopped;
    observer->on_attempt_ended({{}, crm, 1, o, 0ms});
    finish(queue::task_state::delivered);
    finish(queue::task_state::cancelled, "operator");
    BOOST_TEST(lines().empty());
    BOOST_TEST(metrics->finished[0].get() == 1u);
}

BOOST_AUTO_TEST_CASE(every_attempt_is_a_line_at_debug) {
    log_->set_level(config::log_level::debug);
    fail();
    fail();
    auto const all = lines();
    BOOST_REQUIRE_EQUAL(all.size(), 3u);
    BOOST_TEST(all[0].at("message").as_string() == "attempt failed");
    BOOST_TEST(all[0].at("task").as_string() == "00000000-0000-0000-0000-000000000000");
}

BOOST_AUTO_TEST_CASE(dead_and_expired_tasks_are_told_with_their_reason) {
    finish(queue::task_state::dead, "HTTP 404 for +79261234512");
    finish(queue::task_state::expired);
    auto const all = lines();
    BOOST_REQUIRE_EQUAL(all.size(), 2u);
    BOOST_TEST(all[0].at("message").as_string() == "task is dead");
    BOOST_TEST(all[0].at("attempts").as_int64() == 7);
    BOOST_TEST(all[0].at("reason").as_string() == "HTTP 404 for +7******12");
    BOOST_TEST(all[1].at("message").as_string() == "task expired");
    BOOST_TEST(metrics->lanes().front()->dead.get() == 1u);
}

BOOST_AUTO_TEST_CASE(details_of_failures_are_redacted) {
    fail("GET https://h/x?token=s3cret with Bearer s3cret");
    auto const all = lines();
    BOOST_REQUIRE_EQUAL(all.size(), 1u);
    BOOST_TEST(out.str().find("s3cret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_lane_that_stops_is_a_warning_and_one_that_goes_on_is_not) {
    observer->on_lane_changed(crm, "breaker_open", "5 failures");
    observer->on_lane_changed(crm, "breaker_closed", "");
    observer->on_lane_changed(crm, "disabled", "HTTP 410");
    auto const all = lines();
    BOOST_REQUIRE_EQUAL(all.size(), 3u);
    BOOST_TEST(all[0].at("level").as_string() == "warning");
    BOOST_TEST(all[0].at("change").as_string() == "breaker_open");
    BOOST_TEST(all[1].at("level").as_string() == "info");
    BOOST_TEST(all[2].at("level").as_string() == "warning");
    BOOST_TEST(metrics->lanes().front()->changes.get() == 3u);
}

BOOST_AUTO_TEST_CASE(storage_failures_and_clock_steps_are_told) {
    observer->on_storage_failed("fdatasync", {5, boost::system::generic_category()});
    observer->on_clock_stepped(-1h);
    observer->on_batch_synced({10, 4096, 800us});
    auto const all = lines();
    BOOST_REQUIRE_EQUAL(all.size(), 2u);
    BOOST_TEST(all[0].at("level").as_string() == "error");
    BOOST_TEST(all[0].at("operation").as_string() == "fdatasync");
    BOOST_TEST(all[0].at("error").as_string() == "Input/output error");
    BOOST_TEST(all[1].at("by_ms").as_int64() == -3'600'000);
    BOOST_TEST(metrics->storage_failures.get() == 1u);
    BOOST_TEST(metrics->clock_steps.get() == 1u);
    BOOST_TEST(metrics->batches.get() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace events_observer_test
