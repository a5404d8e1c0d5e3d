#include "gateway/stress/report/tally.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

namespace tally_test {

using namespace sluice::gateway::stress;
using namespace std::chrono_literals;
using sluice::queue::cause;

namespace {

request_end answered(std::chrono::nanoseconds planned, std::chrono::nanoseconds started,
                     std::chrono::nanoseconds ended, unsigned status = 202) {
    return {0, status, cause::answered, planned, started, ended};
}

request_end failed(cause why, std::chrono::nanoseconds ended = 1s) {
    return {0, 0, why, 0s, 0s, ended};
}

run_result with_generator(std::uint64_t planned, std::uint64_t started) {
    run_result result;
    result.duration_s = 10;
    result.connections = 64;
    result.generator.planned = planned;
    result.generator.started = result.generator.started_in_time = started;
    return result;
}

} // namespace

BOOST_AUTO_TEST_SUITE(tally)

BOOST_AUTO_TEST_CASE(latency_counts_from_the_plan_and_service_from_the_send) {
    sluice::gateway::stress::tally counts;
    counts.on_end(answered(1s, 3s, 3s + 5ms));
    auto const& result = counts.result();
    BOOST_TEST(result.latency.max() == 2'005'000'000u);
    BOOST_TEST(result.service.max() == 5'000'000u);
    BOOST_TEST(result.accepted == 1u);
}

BOOST_AUTO_TEST_CASE(every_kind_of_end_is_counted_by_its_name) {
    sluice::gateway::stress::tally counts;
    counts.on_end(answered(0s, 0s, 1ms, 200));
    counts.on_end(answered(0s, 0s, 1ms, 503));
    counts.on_end(answered(0s, 0s, 1ms, 503));
    counts.on_end(failed(cause::connect));
    counts.on_end(failed(cause::timeout_after_send));
    auto const& result = counts.result();
    BOOST_TEST(result.answered == 3u);
    BOOST_TEST(result.accepted == 1u);
    BOOST_TEST(result.errors == 4u);
    BOOST_TEST(result.timeouts == 1u);
    BOOST_TEST(result.by_status.at(503) == 2u);
    BOOST_TEST(result.by_failure.at(std::string(to_string(cause::connect))) == 1u);
}

BOOST_AUTO_TEST_CASE(a_time_out_has_a_latency_and_a_refused_connection_none) {
    sluice::gateway::stress::tally counts;
    counts.on_end(failed(cause::connect, 9s));
    BOOST_TEST(counts.result().latency.count() == 0u);
    counts.on_end(failed(cause::timeout_after_send, 10s));
    BOOST_TEST(counts.result().latency.max() == 10'000'000'000u);
}

BOOST_AUTO_TEST_CASE(what_was_never_sent_counts_with_the_time_it_waited) {
    sluice::gateway::stress::tally counts;
    counts.on_unsent(2s, 7s);
    BOOST_TEST(counts.result().generator.unsent == 1u);
    BOOST_TEST(counts.result().errors == 1u);
    BOOST_TEST(counts.result().latency.max() == 5'000'000'000u);
    BOOST_TEST(counts.result().service.count() == 0u);
}

BOOST_AUTO_TEST_CASE(waiting_for_a_connection_is_not_the_generators_own_lateness) {
    sluice::gateway::stress::tally counts;
    counts.on_start({0, 1s, 1s + 3ms, 0s}, true);   // free all the time: its own fault
    counts.on_start({1, 1s, 2s, 2s - 100us}, true); // a connection was free only just before
    auto const& g = counts.result().generator;
    BOOST_TEST(g.waited == 1u);
    BOOST_TEST(g.lag.max() == 3'000'000u);
    BOOST_TEST(g.lag.min() == 100'000u);
}

BOOST_AUTO_TEST_CASE(each_second_has_its_own_figures) {
    sluice::gateway::stress::tally counts;
    counts.on_start({0, 0s, 0s, 0s}, true);
    counts.on_end(answered(0s, 0s, 10ms));
    counts.end_second(1s, 5, 7);
    counts.on_end(answered(1s, 1s, 1s + 30ms));
    counts.on_end(failed(cause::cut));
    counts.end_second(3s, 5, std::nullopt);
    auto const& course = counts.result().timeline;
    BOOST_REQUIRE(course.size() == 2u);
    BOOST_TEST(course[0].started == 1);
    BOOST_TEST(course[0].answered == 1);
    BOOST_TEST(course[0].planned == 5);
    BOOST_TEST(course[0].in_queue.value() == 7);
    BOOST_TEST(course[0].max_ms == 10);
    BOOST_TEST(course[1].at_s == 3);
    BOOST_TEST(course[1].answered == 0.5); // over two seconds
    BOOST_TEST(course[1].failed == 0.5);
    BOOST_TEST(course[1].max_ms == 30);
    BOOST_TEST(!course[1].in_queue);
    BOOST_TEST(counts.now().rate == 0.5);
}

BOOST_AUTO_TEST_CASE(the_rest_at_the_end_belongs_to_the_last_second) {
    sluice::gateway::stress::tally counts;
    for (int i = 0; i < 10; ++i)
        counts.on_end(answered(0s, 0s, 10ms));
    counts.end_second(1s, 5, std::nullopt);
    counts.on_end(answered(1s, 1s, 1s + 90ms));
    counts.end_second(1s + 100ms, 0, std::nullopt);
    auto const& course = counts.result().timeline;
    BOOST_REQUIRE(course.size() == 1u);
    BOOST_TEST(std::abs(course[0].answered - 10) < 1e-9); // 11 in 1.1 s
    BOOST_TEST(course[0].max_ms == 90);
    BOOST_TEST(std::abs(course[0].at_s - 1.1) < 1e-9);
}

BOOST_AUTO_TEST_CASE(a_kept_rate_is_said_to_be_kept) {
    auto const result = with_generator(10'000, 9'950);
    BOOST_TEST(kept_its_rate(result));
    BOOST_TEST(rate_sentence(result).starts_with("The generator kept its rate: 995/s of 1000/s"));
}

BOOST_AUTO_TEST_CASE(a_slow_target_is_not_called_a_slow_generator) {
    auto result = with_generator(10'000, 8'000);
    result.generator.waited = 7'000;
    result.generator.busy_share = 0.2;
    result.generator.lag.record(20'000'000, 100); // a little late each time, which costs no rate
    BOOST_TEST(!kept_its_rate(result));
    BOOST_TEST(!is_generator_at_its_limit(result));
    auto const text = rate_sentence(result);
    BOOST_TEST(text.starts_with("The rate was not reached: 800/s of 1000/s, 20.0 % too few"));
    BOOST_TEST(text.find("all 64 connections waited") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_generator_at_its_limit_blames_itself) {
    auto busy = with_generator(10'000, 8'000);
    busy.generator.busy_share = 0.97;
    BOOST_TEST(is_generator_at_its_limit(busy));
    BOOST_TEST(rate_sentence(busy).find("20.0 % too few") != std::string::npos);
    BOOST_TEST(rate_sentence(busy).find("says nothing about the target") != std::string::npos);
    auto late = with_generator(10'000, 8'000);
    late.generator.lag.record(600'000'000, 100);
    BOOST_TEST(is_generator_at_its_limit(late));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace tally_test
