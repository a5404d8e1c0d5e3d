// Steps of the wall clock: scheduled tasks follow it, retries and gates do not.
#include "engine_fixture.hpp"
#include "queue/core/error.hpp"

#include <algorithm>

namespace engine_clock_test {

using namespace sluice::queue;
using namespace sluice::queue::test;

namespace {

struct fixture : engine_fixture {
    fixture() {
        lane_options o;
        o.retry.schedule = {10min};
        o.retry.jitter = 0;
        configure(o);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(engine_clock, fixture)

BOOST_AUTO_TEST_CASE(a_scheduled_task_follows_the_wall_clock) {
    task_id const id = accept(2h);
    step_wall(1h);
    BOOST_TEST(take().empty());
    BOOST_TEST((core.next_wakeup(now).value() == now.mono + 1h));
    pass(1h - 1ms);
    BOOST_TEST(take().empty());
    pass(1ms);
    BOOST_TEST((take_one().id == id));
}

BOOST_AUTO_TEST_CASE(after_a_step_back_it_waits_longer_and_is_not_lost) {
    task_id const id = accept(2h);
    step_wall(-1h);
    pass(3h - 1ms);
    BOOST_TEST(take().empty());
    pass(1ms);
    BOOST_TEST((take_one().id == id));
}

BOOST_AUTO_TEST_CASE(what_is_hours_away_wakes_an_hour_before_its_hour_and_goes_when_it_is_due) {
    task_id const id = accept(5h + 20min);
    BOOST_TEST((core.next_wakeup(now).value() == now.mono + 4h));
    pass(4h);
    BOOST_TEST(take().empty());
    BOOST_TEST((core.next_wakeup(now).value() == now.mono + 1h + 20min));
    pass(1h + 20min - 1ms);
    BOOST_TEST(take().empty());
    pass(1ms);
    BOOST_TEST((take_one().id == id));
}

// More than one turn moves to their schedules.
BOOST_AUTO_TEST_CASE(a_clock_set_days_ahead_lets_nobody_of_a_line_pass) {
    lane_options o;
    o.concurrency = 100'000;
    configure(o);
    segment = 0; // payloads stay in memory: nobody steps aside to have his read
    std::vector<std::pair<milliseconds, task_id>> expected;
    for (int i = 0; i < 5000; ++i) {
        auto const delay = 3h + milliseconds(i * 7'919 % 36'000'000);
        expected.emplace_back(delay, accept(delay));
    }
    std::ranges::stable_sort(expected, {}, [](auto const& e) { return e.first; });
    step_wall(48h);
    expected.emplace_back(48h, accept()); // due now, like all the others
    std::vector<task_id> order;
    for (int turn = 0; turn < 1000 && order.size() < expected.size(); ++turn) {
        auto const due = take_ids(100);
        order.insert(order.end(), due.begin(), due.end());
        BOOST_REQUIRE((order.size() == expected.size() || core.next_wakeup(now) == now.mono));
    }
    BOOST_REQUIRE_EQUAL(order.size(), expected.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        BOOST_REQUIRE((order[i] == expected[i].second));
}

BOOST_AUTO_TEST_CASE(what_was_due_stays_due_when_the_clock_is_set_back_also_what_was_far_off) {
    carry_out(core.change_lane(lane(), true, "op", now));
    std::vector<task_id> all;
    for (int i = 0; i < 3000; ++i)
        all.push_back(accept(5h));
    task_id const later = accept(7h);
    step_wall(6h);
    take(1); // moves some of them
    step_wall(-6h);
    take(1);
    auto const is_ready = [&](task_id id) { return state_of(id) == task_state::ready; };
    BOOST_TEST(std::ranges::all_of(all, is_ready));
    BOOST_TEST((state_of(later) == task_state::scheduled));
}

BOOST_AUTO_TEST_CASE(what_was_due_stays_due_when_the_clock_is_set_back) {
    carry_out(core.change_lane(lane(), true, "op", now));
    task_id const id = accept(30min);
    task_id const older = accept();
    pass(30min);
    take();
    step_wall(-1h);
    BOOST_TEST((state_of(id) == task_state::ready));
    BOOST_TEST((reasons(id) == std::vector{hold_reason::paused}));
    carry_out(core.change_lane(lane(), false, "op", now));
    BOOST_TEST((take_ids() == std::vector{older, id}));
}

BOOST_AUTO_TEST_CASE(immediate_tasks_of_a_paced_lane_go_on_at_its_pace_after_a_step_back) {
    lane_options o;
    o.rate = 1;
    o.period = 1s;
    o.concurrency = 100;
    configure(o);
    for (int i = 0; i < 60; ++i)
        accept();
    std::size_t sent = take(1).size();
    step_wall(-1h);
    task_id const later = accept(1min); // by the clock as it is now
    for (int i = 0; i < 59; ++i) {
        pass(1s);
        sent += take().size();
    }
    BOOST_TEST(sent == 60u);
    BOOST_TEST((state_of(later) == task_state::scheduled));
    pass(1s);
    BOOST_TEST((take_ids() == std::vector{later}));
}

BOOST_AUTO_TEST_CASE(a_restart_under_a_clock_that_was_set_back_finds_the_same_due) {
    task_id const id = accept();
    accept(2h);
    step_wall(-1h);
    release_count sink;
    auto const other = replayed(sink);
    other->start(now);
    std::vector<attempt> due;
    std::vector<record> expired;
    take_due(*other, now, 100, due, expired);
    BOOST_REQUIRE(due.size() == 1u);
    BOOST_TEST((due[0].id == id));
}

BOOST_AUTO_TEST_CASE(a_clock_that_jumps_ahead_for_seconds_loses_no_key) {
    auto first = make();
    first.extras.made().idempotency.made().key[0] = 1;
    auto const again = first;
    accept(std::move(first));
    step_wall(40 * 24h);
    pass(3s);
    BOOST_TEST(core.admit({&again, 1}, now).error() == make_error_code(errc::duplicate_key));
    step_wall(-40 * 24h);
    BOOST_TEST(core.admit({&again, 1}, now).error() == make_error_code(errc::duplicate_key));
    pass(25h); // its time has really passed
    BOOST_TEST(core.admit({&again, 1}, now).has_value());
}

BOOST_AUTO_TEST_CASE(a_retry_waits_its_time_whatever_the_wall_clock_does) {
    for (milliseconds const step : {milliseconds(1h), milliseconds(-1h)}) {
        task_id const id = accept();
        fail(take_one());
        step_wall(step);
        BOOST_TEST((core.next_wakeup(now).value() == now.mono + 10min));
        BOOST_TEST((*core.explain(id, now).next_attempt_at == now.wall + 10min));
        pass(10min - 1ms);
        BOOST_TEST(take().empty());
        pass(1ms);
        attempt const a = take_one();
        BOOST_TEST((a.due == now.wall)); // on time, by the clock as it is now
        deliver(a);
    }
}

BOOST_AUTO_TEST_CASE(a_step_does_not_open_a_gate_or_refill_a_bucket) {
    lane_options o;
    o.rate = 1;
    o.period = 1min;
    o.burst = 1;
    configure(o);
    accept();
    accept();
    BOOST_TEST(take().size() == 1u);
    step_wall(1h);
    BOOST_TEST(take().empty());
    BOOST_TEST((core.next_wakeup(now).value() == now.mono + 1min));
}

BOOST_AUTO_TEST_CASE(overdue_tasks_that_wait_for_their_turn_stay_due_after_a_step_back) {
    lane_options o;
    o.concurrency = 10'000;
    configure(o);
    for (int i = 0; i < 5000; ++i)
        accept(1min);
    pass(3h);
    std::size_t sent = take(1).size(); // moves a part of them only
    step_wall(-1h);                    // still an hour after they were due
    for (int turn = 0; turn < 100; ++turn)
        sent += take(100).size();
    BOOST_TEST(sent == 5000u);
}

BOOST_AUTO_TEST_CASE(a_step_ahead_lets_due_tasks_go_at_the_pace_of_their_lane) {
    lane_options o;
    o.rate = 10;
    o.burst = 1;
    o.concurrency = 100;
    configure(o);
    for (int i = 0; i < 100; ++i)
        accept(30min);
    step_wall(1h);
    std::size_t sent = 0;
    for (int i = 0; i < 100; ++i) {
        sent += take().size();
        BOOST_REQUIRE_LE(sent, 1u + static_cast<std::size_t>(i));
        pass(100ms);
    }
    BOOST_TEST(sent == 100u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace engine_clock_test
