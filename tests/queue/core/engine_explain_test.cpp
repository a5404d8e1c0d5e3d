// Why a task has not been sent, and when it will be.
#include "engine_fixture.hpp"

namespace engine_explain_test {

using namespace sluice::queue;
using namespace sluice::queue::test;

BOOST_FIXTURE_TEST_SUITE(engine_explain, engine_fixture)

BOOST_AUTO_TEST_CASE(an_unknown_task_is_not_known) {
    BOOST_TEST(!core.explain(task_id{}, now).is_known);
}

BOOST_AUTO_TEST_CASE(a_task_that_may_go_has_no_reasons) {
    task_id const id = accept();
    auto const e = core.explain(id, now);
    BOOST_TEST(e.is_known);
    BOOST_TEST((e.state == task_state::ready));
    BOOST_TEST(e.reasons.empty());
    BOOST_TEST((e.next_attempt_at.value() == now.wall));
    BOOST_TEST(e.ahead == 0u);
}

BOOST_AUTO_TEST_CASE(a_scheduled_task_is_not_due) {
    accept(1min);
    task_id const id = accept(1h);
    auto const e = core.explain(id, now);
    BOOST_REQUIRE(e.reasons.size() == 1u);
    BOOST_TEST((e.reasons[0].kind == hold_reason::not_due));
    BOOST_TEST((e.reasons[0].until.value() == now.wall + 1h));
    BOOST_TEST((e.next_attempt_at.value() == now.wall + 1h));
    BOOST_TEST(e.ahead == 1u);
}

BOOST_AUTO_TEST_CASE(everything_that_holds_a_task_is_named) {
    task_id const id = accept(1h);
    carry_out(core.change_lane(lane(), true, "alice", now));
    auto const e = core.explain(id, now);
    BOOST_REQUIRE(e.reasons.size() == 2u);
    BOOST_TEST((e.reasons[0].kind == hold_reason::not_due));
    BOOST_TEST((e.reasons[1].kind == hold_reason::paused));
    BOOST_TEST(e.reasons[1].by == "alice");
    BOOST_TEST(!e.next_attempt_at.has_value()); // nobody knows when it resumes
}

BOOST_AUTO_TEST_CASE(a_list_is_told_what_holds_each_task_without_counting_those_ahead) {
    lane_options o;
    o.rate = 1;
    o.period = 1s;
    configure(o);
    accept();
    task_id const under_way = take_one().id;
    accept();
    task_id const id = accept();
    BOOST_TEST(core.holds(under_way, now).empty());
    auto const limited = core.holds(id, now);
    BOOST_REQUIRE(limited.size() == 1u);
    BOOST_TEST((limited[0].kind == hold_reason::rate));
    BOOST_TEST((limited[0].until.value() == now.wall + 1s));
    carry_out(core.change_lane(lane(), true, "alice", now));
    auto const held = core.holds(id, now);
    BOOST_REQUIRE(held.size() == 2u);
    BOOST_TEST((held[0].kind == hold_reason::paused));
    BOOST_TEST(held[0].by == "alice");
    BOOST_TEST(core.holds(task_id{}, now).empty());
}

BOOST_AUTO_TEST_CASE(what_ends_before_a_task_is_due_does_not_hold_it) {
    lane_options o;
    o.rate = 1;
    o.period = 1min;
    o.concurrency = 1;
    configure(o);
    accept();
    take_one();
    task_id const later = accept(1h);
    BOOST_TEST((reasons(later) == std::vector{hold_reason::not_due}));
    task_id const soon = accept(30s);
    BOOST_TEST((reasons(soon) == std::vector{hold_reason::not_due, hold_reason::rate}));
    BOOST_TEST((core.explain(soon, now).next_attempt_at.value() == now.wall + 1min));
}

BOOST_AUTO_TEST_CASE(the_rate_tells_when_the_turn_comes_behind_those_ahead) {
    lane_options o;
    o.rate = 1;
    o.period = 1s;
    configure(o);
    accept();
    take_one();
    task_id id{};
    for (int i = 0; i < 5; ++i)
        id = accept();
    auto const e = core.explain(id, now);
    BOOST_TEST(e.ahead == 4u);
    BOOST_TEST((e.next_attempt_at.value() == now.wall + 5s));
}

BOOST_AUTO_TEST_CASE(others_turns_count_as_ahead) {
    carry_out(core.change_lane(lane(), true, "op", now));
    for (int i = 0; i < 100; ++i)
        accept(make(0ms, "big"));
    accept(make(0ms, "small"));
    task_id const id = accept(make(0ms, "small"));
    BOOST_TEST(core.explain(id, now).ahead == 3u); // one of its own, two turns of the other
}

BOOST_AUTO_TEST_CASE(a_full_lane_says_concurrency) {
    lane_options o;
    o.concurrency = 1;
    configure(o);
    accept();
    attempt const a = take_one();
    task_id const id = accept();
    BOOST_TEST((reasons(id) == std::vector{hold_reason::concurrency}));
    BOOST_TEST(reasons(a.id).empty()); // in flight
    BOOST_TEST((core.explain(a.id, now).state == task_state::in_flight));
}

BOOST_AUTO_TEST_CASE(a_task_that_waits_for_its_retry_says_until_when) {
    lane_options o;
    o.retry.schedule = {5min};
    o.retry.jitter = 0;
    configure(o);
    task_id const id = accept();
    fail(take_one());
    auto const e = core.explain(id, now);
    BOOST_TEST((e.state == task_state::retry_wait));
    BOOST_REQUIRE(e.reasons.size() == 1u);
    BOOST_TEST((e.reasons[0].kind == hold_reason::not_due));
    BOOST_TEST((e.reasons[0].until.value() == now.wall + 5min));
}

BOOST_AUTO_TEST_CASE(it_says_how_every_gate_of_the_lane_stands) {
    lane_options o;
    o.rate = 2;
    o.period = 1s;
    o.burst = 2;
    o.concurrency = 5;
    o.breaker = breaker_options{2, 30s, 30s};
    o.retry.schedule = {1h};
    configure(o);
    accept();
    attempt const a = take_one();
    task_id const id = accept();
    auto pace = core.explain(id, now).pace;
    BOOST_TEST(pace.in_flight == 1u);
    BOOST_TEST(pace.limit == 5u);
    BOOST_TEST(!pace.is_adaptive);
    BOOST_TEST((pace.tokens == 1u));
    BOOST_TEST(pace.burst == 2u);
    BOOST_TEST(!pace.next_token_at.has_value());
    BOOST_TEST((pace.breaker == breaker_phase::closed));
    BOOST_TEST(pace.first_attempts == 1u);
    BOOST_TEST(!pace.next_retry_at.has_value());
    attempt const b = take_one();
    pace = core.explain(id, now).pace;
    BOOST_TEST((pace.tokens == 0u));
    BOOST_TEST((pace.next_token_at.value() == now.wall + 500ms));
    outcome refused = failed(429);
    refused.retry_after = 7s;
    end(a, failed());
    fail(b);
    pace = core.explain(id, now).pace;
    BOOST_TEST((pace.breaker == breaker_phase::open));
    BOOST_TEST((pace.probe_at.value() == now.wall + 30s));
    BOOST_TEST(pace.breaker_by == "2 failures in a row");
    accept();
    pass(30s);
    attempt const probe = take_one();
    BOOST_TEST((core.explain(id, now).pace.breaker == breaker_phase::half_open));
    end(probe, std::move(refused));
    pace = core.explain(id, now).pace;
    BOOST_TEST((pace.gate_until.value() == now.wall + 7s));
    BOOST_TEST(pace.gate_by == "answered 429");
}

BOOST_AUTO_TEST_CASE(counts_and_views_agree_with_the_tasks) {
    lane_options o;
    o.retry.max_attempts = 2;
    configure(o);
    wall_time const first = now.wall;
    accept(1h);
    accept();
    accept();
    accept();
    auto const due = take(2);
    fail(due[0]);
    engine_counts const c = core.counts();
    BOOST_TEST(c.scheduled == 1u);
    BOOST_TEST(c.ready == 1u);
    BOOST_TEST(c.in_flight == 1u);
    BOOST_TEST(c.retry_wait == 1u);
    BOOST_TEST(c.live() == 4u);
    using oldest_of_lanes = std::vector<std::pair<lane_id, wall_time>>;
    BOOST_TEST((core.oldest_due() == oldest_of_lanes{{lane(), first}}));
    // What somebody holds on purpose could not have gone: it pages nobody.
    lane_changed held;
    held.lane = lane();
    held.is_paused = true;
    core.apply(record(held), now);
    BOOST_TEST(core.oldest_due().empty());
    held.is_paused = false;
    core.apply(record(held), now);
    BOOST_TEST((core.oldest_due() == oldest_of_lanes{{lane(), first}}));
    lane_view const v = core.view(lane());
    BOOST_TEST(v.is_configured);
    BOOST_TEST(v.scheduled == 1u);
    BOOST_TEST(v.ready == 1u);
    BOOST_TEST(v.in_flight == 1u);
    BOOST_TEST(v.retry_wait == 1u);
    std::size_t seen = 0;
    core.for_each([&](task_view const&) { return ++seen < 3; });
    BOOST_TEST(seen == 3u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace engine_explain_test
