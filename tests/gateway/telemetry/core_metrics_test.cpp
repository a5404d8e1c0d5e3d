#include "gateway/telemetry/core_metrics.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>

namespace core_metrics_test {

using namespace sluice::gateway::telemetry;
namespace queue = sluice::queue;
using namespace std::chrono_literals;

namespace {

queue::outcome outcome_of(queue::verdict v, queue::cause c, std::uint16_t status = 0) {
    queue::outcome o;
    o.verdict = v;
    o.cause = c;
    o.status = status;
    o.duration = 12ms;
    return o;
}

queue::outcome const delivered = outcome_of(queue::verdict::delivered, queue::cause::answered, 200);
queue::outcome const refused = outcome_of(queue::verdict::retry, queue::cause::connect);

constexpr queue::lane_id crm{0};

struct fixture {
    std::unique_ptr<sluice::gateway::telemetry::core_metrics> metrics =
        std::make_unique<sluice::gateway::telemetry::core_metrics>();

    fixture() { metrics->name_lane(crm, "crm"); }

    void attempt(queue::lane_id lane, std::uint32_t number, queue::outcome const& o) {
        metrics->on_attempt_ended({{}, lane, number, o, 5ms});
    }
    static std::uint64_t count(duration_histogram const& h) {
        duration_distribution d;
        h.add_to(d);
        return d.count();
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(core_metrics, fixture)

BOOST_AUTO_TEST_CASE(outcomes_are_told_apart_by_cause_and_status) {
    using queue::cause;
    using queue::verdict;
    struct {
        verdict v;
        cause c;
        std::uint16_t status;
        std::string_view expected;
    } const cases[] = {
        {verdict::delivered, cause::answered, 200, "delivered"},
        {verdict::delivered, cause::answered, 409, "delivered"}, // done_already
        {verdict::retry, cause::answered, 200, "unmet"},
        {verdict::final_failure, cause::answered, 302, "http_3xx"},
        {verdict::retry, cause::answered, 429, "http_429"},
        {verdict::final_failure, cause::answered, 404, "http_4xx"},
        {verdict::retry, cause::answered, 503, "http_5xx"},
        {verdict::final_failure, cause::render, 0, "render"},
        {verdict::final_failure, cause::address_not_allowed, 0, "address_not_allowed"},
        {verdict::retry, cause::resolve, 0, "resolve"},
        {verdict::retry, cause::connect, 0, "connect"},
        {verdict::retry, cause::tls, 0, "tls"},
        {verdict::retry, cause::timeout_before_send, 0, "timeout"},
        {verdict::retry, cause::timeout_after_send, 0, "timeout"},
        {verdict::retry, cause::cut, 0, "cut"},
        {verdict::retry, cause::bad_answer, 0, "bad_answer"},
    };
    for (auto const& c : cases)
        BOOST_TEST(to_string(classify(outcome_of(c.v, c.c, c.status))) == c.expected);
}

BOOST_AUTO_TEST_CASE(attempts_are_counted_for_their_destination) {
    attempt(crm, 1, refused);
    attempt(crm, 2, delivered);
    auto const& lane = *metrics->lanes().front();
    BOOST_TEST(lane.name == "crm");
    BOOST_TEST(lane.attempts[static_cast<std::size_t>(attempt_outcome::connect)].get() == 1u);
    BOOST_TEST(lane.attempts[static_cast<std::size_t>(attempt_outcome::delivered)].get() == 1u);
    BOOST_TEST(lane.retries.get() == 1u);
    BOOST_TEST(count(metrics->lanes().front()->delivery_duration) == 1u);
    BOOST_TEST(count(metrics->lateness) == 2u);
}

BOOST_AUTO_TEST_CASE(a_stopped_attempt_was_none) {
    attempt(crm, 1, outcome_of(queue::verdict::retry, queue::cause::stopped));
    BOOST_TEST(count(metrics->lateness) == 0u);
    for (auto const& c : metrics->lanes().front()->attempts)
        BOOST_TEST(c.get() == 0u);
}

BOOST_AUTO_TEST_CASE(lanes_without_a_name_and_beyond_the_limit_are_other) {
    metrics->name_lane(queue::lane_id{5000}, "too many");
    attempt(queue::lane_id{7}, 1, delivered);
    attempt(queue::lane_id{5000}, 1, delivered);
    BOOST_TEST(metrics->lane_name(queue::lane_id{7}) == "other");
    BOOST_TEST(metrics->lane_name(queue::lane_id{5000}) == "other");
    auto const& other = *metrics->lanes().back();
    BOOST_TEST(other.name == "other");
    BOOST_TEST(other.attempts[static_cast<std::size_t>(attempt_outcome::delivered)].get() == 2u);
}

BOOST_AUTO_TEST_CASE(a_lane_keeps_its_first_name_and_its_counts) {
    attempt(crm, 1, delivered);
    metrics->name_lane(crm, "renamed");
    BOOST_TEST(metrics->lane_name(crm) == "crm");
    auto const& lane = *metrics->lanes().front();
    BOOST_TEST(lane.attempts[static_cast<std::size_t>(attempt_outcome::delivered)].get() == 1u);
}

BOOST_AUTO_TEST_CASE(finished_tasks_are_counted_by_state) {
    using queue::task_state;
    for (auto const state : {task_state::delivered, task_state::delivered, task_state::dead,
                             task_state::cancelled, task_state::expired})
        metrics->on_task_finished({{}, crm, {}, state, 1, 40ms, "", false});
    BOOST_TEST(metrics->finished[0].get() == 2u);
    BOOST_TEST(metrics->finished[1].get() == 1u);
    BOOST_TEST(metrics->finished[2].get() == 1u);
    BOOST_TEST(metrics->finished[3].get() == 1u);
    BOOST_TEST(metrics->lanes().front()->dead.get() == 1u);
    BOOST_TEST(count(metrics->completion_duration) == 2u);
}

BOOST_AUTO_TEST_CASE(batches_count_their_records_and_bytes) {
    metrics->on_batch_synced({256, 65536, 900us});
    metrics->on_batch_synced({1, 512, 700us});
    BOOST_TEST(metrics->batches.get() == 2u);
    BOOST_TEST(metrics->batch_records.get() == 257u);
    BOOST_TEST(metrics->batch_bytes.get() == 66048u);
    BOOST_TEST(count(metrics->fsync_duration) == 2u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace core_metrics_test
