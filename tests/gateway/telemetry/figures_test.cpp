#include "gateway/telemetry/figures.hpp"

#include <boost/test/unit_test.hpp>

namespace figures_test {

using namespace sluice::gateway::telemetry;
using namespace std::chrono_literals;
using sluice::queue::wall_time;

namespace {

wall_time at(std::chrono::seconds since) {
    return wall_time(std::chrono::hours(24 * 365) + since);
}

figure_totals totals(std::chrono::seconds since, std::uint64_t accepted) {
    figure_totals made;
    made.at = at(since);
    made.accepted = accepted;
    made.waiting = 7;
    return made;
}

// The values of one series.
std::string series(figures const& of, std::string const& name, std::chrono::seconds span,
                   wall_time now) {
    auto const json = of.to_json(span, now);
    auto const begin = json.find("\"" + name + "\":[") + name.size() + 4;
    return json.substr(begin, json.find(']', begin) - begin);
}

std::string last(std::string const& values) {
    return values.substr(values.rfind(',') + 1);
}

} // namespace

BOOST_AUTO_TEST_SUITE(figures_over_time)

BOOST_AUTO_TEST_CASE(counters_become_rates_step_by_step) {
    figures all;
    all.take(totals(0s, 100));
    all.take(totals(5s, 150));
    all.take(totals(10s, 150));
    all.take(totals(15s, 175));
    BOOST_TEST(series(all, "accepted", 60s, at(15s)).ends_with("null,10,0,5"));
    BOOST_TEST(series(all, "waiting", 60s, at(15s)).ends_with("null,7,7,7"));
}

BOOST_AUTO_TEST_CASE(a_step_that_was_missed_is_a_gap) {
    figures all;
    all.take(totals(0s, 0));
    all.take(totals(5s, 5));
    all.take(totals(20s, 35));
    BOOST_TEST(series(all, "accepted", 60s, at(20s)).ends_with("1,null,null,2"));
    // What was a quarter of an hour ago is not shown as now.
    BOOST_TEST(series(all, "accepted", 60s, at(1000s)).find_first_of("0123456789") ==
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_day_has_a_value_for_each_minute) {
    figures all;
    for (int i = 0; i <= 36; ++i)
        all.take(totals(std::chrono::seconds(5 * i), static_cast<std::uint64_t>(i) * 10));
    BOOST_TEST(series(all, "accepted", 24h, at(180s)).ends_with("null,2,2,2"));
    BOOST_TEST(all.to_json(24h, at(180s)).starts_with(R"({"step_seconds":60,)"));
}

BOOST_AUTO_TEST_CASE(percentiles_are_those_of_the_step) {
    core_metrics counted;
    figures all;
    auto now = totals(0s, 0);
    now.durations = &counted;
    for (int i = 0; i < 100; ++i)
        counted.completion_duration.record(10s); // before the first step
    all.take(now);
    for (int i = 0; i < 90; ++i)
        counted.completion_duration.record(10ms);
    for (int i = 0; i < 10; ++i)
        counted.completion_duration.record(1s);
    now.at = at(5s);
    all.take(now);
    auto const half = std::stod(last(series(all, "completion_p50_ms", 60s, now.at)));
    auto const most = std::stod(last(series(all, "completion_p99_ms", 60s, now.at)));
    BOOST_TEST((half >= 10 && half <= 13));
    BOOST_TEST((most >= 1000 && most <= 1300));
}

// No delivery is none in 0 ms.
BOOST_AUTO_TEST_CASE(a_step_in_which_nothing_was_measured_has_no_percentile) {
    core_metrics counted;
    figures all;
    auto now = totals(0s, 0);
    now.durations = &counted;
    all.take(now);
    counted.completion_duration.record(10ms);
    now.at = at(5s);
    all.take(now);
    now.at = at(10s);
    all.take(now);
    BOOST_TEST(series(all, "completion_p99_ms", 60s, now.at).ends_with(",null"));
    BOOST_TEST(series(all, "sync_p99_ms", 60s, now.at).ends_with("null,null,null"));
    BOOST_TEST(last(series(all, "accepted", 60s, now.at)) == "0");
}

BOOST_AUTO_TEST_CASE(from_acceptance_to_delivery_is_told_beside_from_due_to_delivery) {
    core_metrics counted;
    figures all;
    auto now = totals(0s, 0);
    now.durations = &counted;
    all.take(now);
    sluice::queue::observer::task_finished event;
    event.state = sluice::queue::task_state::delivered;
    event.age = 10ms;
    event.life = 1h;
    counted.on_task_finished(event);
    now.at = at(5s);
    all.take(now);
    BOOST_TEST(std::stod(last(series(all, "completion_p99_ms", 60s, now.at))) < 13);
    BOOST_TEST(std::stod(last(series(all, "life_p50_ms", 60s, now.at))) >= 3'600'000);
    BOOST_TEST(std::stod(last(series(all, "life_p99_ms", 60s, now.at))) >= 3'600'000);
}

BOOST_AUTO_TEST_CASE(the_wall_clock_may_be_set_back) {
    figures all;
    all.take(totals(100s, 0));
    all.take(totals(105s, 10));
    all.take(totals(20s, 20));
    all.take(totals(25s, 40));
    BOOST_TEST(series(all, "accepted", 60s, at(25s)).ends_with("null,4"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace figures_test
