// The limits of a destination: rate, concurrency, Retry-After, breaker, retry budget.
#include "engine_fixture.hpp"

#include <algorithm>
#include <set>

namespace engine_lane_test {

using namespace sluice::queue;
using namespace sluice::queue::test;

namespace {

lane_options quick_retry() {
    lane_options o;
    o.retry.schedule = {1s};
    o.retry.jitter = 0;
    o.retry.max_attempts = 1000;
    return o;
}

outcome with_retry_after(std::uint16_t status, milliseconds wait) {
    outcome o = engine_fixture::failed(status);
    o.retry_after = wait;
    return o;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(engine_lane, engine_fixture)

BOOST_AUTO_TEST_CASE(a_rate_limited_lane_sends_its_burst_and_then_at_its_rate_with_one_timer) {
    lane_options o;
    o.rate = 10;
    o.period = 1s;
    o.burst = 3;
    configure(o);
    for (int i = 0; i < 10; ++i)
        accept();
    BOOST_TEST(take().size() == 3u);
    for (int i = 0; i < 7; ++i) {
        BOOST_TEST((core.next_wakeup(now).value() == now.mono + 100ms));
        pass(99ms);
        BOOST_TEST(take().empty());
        pass(1ms);
        BOOST_TEST(take().size() == 1u);
    }
    BOOST_TEST(!core.next_wakeup(now).has_value());
}

BOOST_AUTO_TEST_CASE(no_more_are_in_flight_than_the_concurrency) {
    lane_options o;
    o.concurrency = 2;
    configure(o);
    for (int i = 0; i < 5; ++i)
        accept();
    auto due = take();
    BOOST_TEST(due.size() == 2u);
    BOOST_TEST(!core.next_wakeup(now).has_value()); // an outcome must come first
    deliver(due[0]);
    BOOST_TEST((core.next_wakeup(now).value() == now.mono));
    BOOST_TEST(take().size() == 1u);
    o.concurrency = 4;
    configure(o);
    BOOST_TEST(take().size() == 2u);
    BOOST_TEST(core.view(lane()).in_flight == 4u);
}

BOOST_AUTO_TEST_CASE(retry_after_overrides_backoff_and_closes_the_lane_for_all) {
    configure(quick_retry());
    task_id const first = accept();
    attempt const a = take_one();
    task_id const second = accept();
    end(a, with_retry_after(429, 20s));
    BOOST_TEST((core.find(first)->next_attempt_at == now.wall + 20s));
    BOOST_TEST(take().empty()); // the second one waits as well
    BOOST_TEST((reasons(second) == std::vector{hold_reason::retry_after}));
    pass(19'999ms);
    BOOST_TEST(take().empty());
    BOOST_TEST((core.next_wakeup(now).value() == now.mono + 1ms));
    pass(1ms);
    BOOST_TEST(take().size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_backoff_longer_than_retry_after_stays) {
    lane_options o = quick_retry();
    o.retry.schedule = {30s};
    configure(o);
    task_id const first = accept();
    attempt const a = take_one();
    end(a, with_retry_after(503, 5s));
    task_id const second = accept();
    pass(5s);
    BOOST_TEST((take_ids() == std::vector{second}));
    pass(25s);
    BOOST_TEST((take_ids() == std::vector{first}));
}

BOOST_AUTO_TEST_CASE(the_breaker_opens_probes_with_the_oldest_task_and_closes) {
    lane_options o = quick_retry();
    o.retry.schedule = {1h};
    o.breaker = breaker_options{3, 30s, 30s};
    configure(o);
    for (int i = 0; i < 3; ++i)
        accept();
    for (attempt const& a : take())
        fail(a);
    BOOST_TEST(core.view(lane()).is_breaker_open);
    pass(1s);
    task_id const oldest = accept();
    pass(1s);
    task_id const newer = accept();
    BOOST_TEST(take().empty());
    BOOST_TEST((core.next_wakeup(now).value() == now.mono + 28s));
    BOOST_TEST((reasons(newer) == std::vector{hold_reason::breaker_open}));
    pass(28s);

    attempt const probe = take_one();
    BOOST_TEST((probe.id == oldest));
    BOOST_TEST(take().empty());
    BOOST_TEST((core.next_wakeup(now).value() > now.mono));
    deliver(probe);
    BOOST_TEST(!core.view(lane()).is_breaker_open);
    BOOST_TEST((take_ids() == std::vector{newer}));
}

BOOST_AUTO_TEST_CASE(a_failed_probe_opens_the_breaker_again_for_longer) {
    lane_options o = quick_retry();
    o.breaker = breaker_options{1, 10s, 40s};
    configure(o);
    accept();
    fail(take_one());
    for (milliseconds const open_for : {10s, 20s, 40s, 40s}) {
        pass(open_for - 1ms);
        BOOST_TEST(take().empty());
        pass(1ms);
        fail(take_one());
    }
}

BOOST_AUTO_TEST_CASE(a_probe_that_was_put_back_leaves_room_for_another) {
    lane_options o = quick_retry();
    o.breaker = breaker_options{1, 10s, 10s};
    configure(o);
    accept();
    fail(take_one());
    pass(10s);
    core.put_back(take_one(), now);
    BOOST_TEST(take().size() == 1u);
}

BOOST_AUTO_TEST_CASE(answers_that_name_no_fault_of_the_destination_do_not_open_the_breaker) {
    lane_options o = quick_retry();
    o.breaker = breaker_options{1, 10s, 10s};
    configure(o);
    outcome refused = failed(400);
    refused.verdict = verdict::final_failure;
    outcome rendered;
    rendered.cause = cause::render;
    outcome paced = with_retry_after(429, 1ms);
    for (outcome* result : {&refused, &rendered, &paced}) {
        accept();
        end(take_one(), std::move(*result));
        BOOST_TEST(!core.view(lane()).is_breaker_open);
        pass(1ms);
    }
    accept();
    outcome unreachable;
    unreachable.cause = cause::connect;
    end(take_one(), std::move(unreachable));
    BOOST_TEST(core.view(lane()).is_breaker_open);
}

BOOST_AUTO_TEST_CASE(a_delivery_that_used_up_the_destinations_allowance_closes_the_gate) {
    configure(quick_retry());
    accept();
    attempt const a = take_one();
    task_id const second = accept();
    outcome o = delivered();
    o.retry_after = 20s;
    end(a, std::move(o));
    BOOST_TEST(take().empty());
    auto const e = core.explain(second, now);
    BOOST_TEST((e.reasons.at(0).kind == hold_reason::retry_after));
    BOOST_TEST(e.reasons.at(0).by == "no calls remain in the destination's window");
    pass(20s);
    BOOST_TEST((take_ids() == std::vector{second}));
}

BOOST_AUTO_TEST_CASE(an_adaptive_lane_sends_what_it_learnt_and_never_more_than_its_concurrency) {
    lane_options o = quick_retry();
    o.concurrency = 12;
    o.adaptive = adaptive_options{2};
    configure(o);
    for (int i = 0; i < 20'000; ++i)
        accept();
    auto const first = take();
    BOOST_TEST(first.size() == 8u); // a slow start
    for (attempt const& a : first)
        deliver(a);
    auto const work = [&](std::uint16_t status, int rounds) {
        std::vector<attempt> under_way;
        for (int i = 0; i < rounds; ++i) {
            for (attempt& a : take())
                under_way.push_back(std::move(a));
            BOOST_TEST_REQUIRE(core.view(lane()).in_flight <= 12u);
            pass(100ms);
            for (attempt const& a : under_way) {
                outcome result = status == 200 ? delivered() : failed(status);
                result.duration = 100ms;
                end(a, std::move(result));
            }
            under_way.clear();
        }
    };
    work(200, 100);
    BOOST_TEST(core.view(lane()).limit == 12u);
    work(503, 200);
    BOOST_TEST(core.view(lane()).limit == 2u);
}

BOOST_AUTO_TEST_CASE(an_opened_and_a_closed_breaker_are_told) {
    using change = engine::decision::breaker_change;
    lane_options o = quick_retry();
    o.breaker = breaker_options{2, 10s, 10s};
    configure(o);
    accept();
    accept();
    auto const due = take();
    BOOST_TEST((core.complete(due.at(0), failed(), now).breaker == change::none));
    auto const opened = core.complete(due.at(1), failed(), now);
    BOOST_TEST((opened.breaker == change::opened));
    BOOST_TEST(opened.breaker_by == "2 failures in a row");
    accept();
    pass(10s);
    BOOST_TEST((core.complete(take_one(), delivered(), now).breaker == change::closed));
}

BOOST_AUTO_TEST_CASE(retries_are_held_to_a_budget_and_first_attempts_are_not) {
    lane_options o = quick_retry();
    o.concurrency = 1000;
    configure(o);
    for (int i = 0; i < 100; ++i)
        accept();
    for (attempt const& a : take(100))
        fail(a);
    pass(1s);
    // Beside a hundred first attempts within ten seconds 25 retries are a fifth; the rest waits.
    auto const due = take(100);
    BOOST_TEST(due.size() == 25u);
    BOOST_TEST(core.pace(lane(), now).retries_held == 75u);
    BOOST_TEST(core.pace(lane(), now).retries_left.value() == 0u);
    task_id const fresh = accept();
    BOOST_TEST((take_ids() == std::vector{fresh}));
    auto const held = std::find_if(journal.begin(), journal.end(), [&](record const& r) {
        auto const* retry = std::get_if<retried>(&r);
        return retry && core.find(retry->id)->state == task_state::ready;
    });
    BOOST_REQUIRE((held != journal.end()));
    BOOST_TEST((reasons(std::get<retried>(*held).id) == std::vector{hold_reason::retry_budget}));
    auto const more = sleep_and_take();
    BOOST_TEST(!more.empty());
    BOOST_TEST(more.size() <= 10u);
    BOOST_TEST(core.pace(lane(), now).retries_held == 75u); // each counts once, however long
}

BOOST_AUTO_TEST_CASE(the_retry_budget_says_how_many_go_before_and_when) {
    lane_options o = quick_retry();
    o.concurrency = 1000;
    o.retry_budget = {.share = 0, .least = 2};
    configure(o);
    std::vector<task_id> ids;
    for (int i = 0; i < 7; ++i)
        ids.push_back(accept());
    for (attempt const& a : take(100))
        fail(a);
    pass(1s);
    BOOST_TEST(take(100).size() == 2u);
    BOOST_TEST(core.pace(lane(), now).retries_held == 5u);
    accept(); // goes before them, and spends nothing of the budget
    std::vector<std::uint64_t> ahead;
    for (task_id const& id : ids) {
        auto const why = core.explain(id, now);
        if (why.state != task_state::ready) continue;
        BOOST_REQUIRE_EQUAL(why.reasons.size(), 1u);
        auto const& h = why.reasons.front();
        BOOST_TEST((h.kind == hold_reason::retry_budget));
        ahead.push_back(h.ahead.value());
        auto const wait = std::chrono::seconds(1 + ahead.back() / 2);
        BOOST_TEST((h.until.value() > now.wall + wait - 200ms && h.until <= now.wall + wait));
        BOOST_TEST((why.next_attempt_at == h.until));
    }
    std::sort(ahead.begin(), ahead.end());
    BOOST_TEST(ahead == (std::vector<std::uint64_t>{0, 1, 2, 3, 4}),
               boost::test_tools::per_element());
    lane_options open = o;
    open.retry_budget.share = 1;
    configure(open);
    BOOST_TEST(take(100).size() == 6u);
}

BOOST_AUTO_TEST_CASE(a_dead_destination_gets_at_most_a_quarter_more) {
    lane_options o = quick_retry();
    o.concurrency = 10'000;
    configure(o);
    std::size_t attempts = 0;
    int const first = 200 * 60; // 200 a second for a minute
    for (int tick = 0; tick < 6000; ++tick) {
        accept();
        accept();
        for (attempt const& a : take(1000)) {
            ++attempts;
            fail(a);
        }
        pass(10ms);
    }
    BOOST_TEST(attempts >= static_cast<std::size_t>(first));
    BOOST_TEST(static_cast<double>(attempts) / first <= 1.25);
}

BOOST_AUTO_TEST_CASE(first_attempts_go_before_early_and_those_before_late_retries) {
    lane_options o = quick_retry();
    configure(o);
    happen(core.change_lane(lane(), true, "test", now).value());
    auto const with_attempts = [&](std::uint32_t attempts) {
        new_task task = make();
        task_id const id = task.id;
        accepted r;
        r.task = std::move(task);
        r.where = {segment, 7, offset += 1000};
        r.attempts = attempts;
        r.state = attempts == 0 ? task_state::scheduled : task_state::retry_wait;
        r.next_attempt_at = now.wall;
        happen(std::move(r));
        return id;
    };
    task_id const late = with_attempts(3);
    task_id const early = with_attempts(2);
    task_id const first = with_attempts(0);
    take();
    happen(core.change_lane(lane(), false, "test", now).value());
    BOOST_TEST((take_ids() == std::vector{first, early, late}));
}

BOOST_AUTO_TEST_CASE(a_stream_of_first_attempts_does_not_starve_a_retry) {
    lane_options o = quick_retry();
    o.concurrency = 1;
    configure(o);
    task_id const id = accept();
    fail(take_one());
    pass(1s);
    for (int i = 0; i < 50; ++i)
        accept();
    for (int sent = 0;; ++sent) {
        BOOST_REQUIRE(sent <= 8);
        attempt const a = take_one();
        deliver(a);
        if (a.id == id) break;
    }
}

BOOST_AUTO_TEST_CASE(lanes_take_turns) {
    configure({}, "a");
    configure({}, "b");
    for (int i = 0; i < 100; ++i) {
        new_task task = make();
        task.lane = lane("a");
        accept(std::move(task));
    }
    new_task task = make();
    task.lane = lane("b");
    task_id const lonely = accept(std::move(task));
    auto const sent = take_ids(2);
    BOOST_TEST((std::find(sent.begin(), sent.end(), lonely) != sent.end()));
}

BOOST_AUTO_TEST_CASE(a_wait_that_is_the_tasks_own_leaves_the_lane_open) {
    configure(quick_retry());
    task_id const first = accept();
    outcome busy = failed(429);
    busy.retry_after = 1h;
    busy.waits_alone = true;
    end(take_one(), std::move(busy));
    task_id const second = accept();
    attempt const next = take_one();
    BOOST_TEST((next.id == second));
    deliver(next);
    pass(59min);
    BOOST_TEST(take().empty());
    pass(1min);
    BOOST_TEST((take_one().id == first));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace engine_lane_test
