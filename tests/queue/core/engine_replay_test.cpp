// Restarting is replaying: another engine that sees the same records has the same state.
#include "engine_fixture.hpp"

#include <algorithm>

namespace engine_replay_test {

using namespace sluice::queue;
using namespace sluice::queue::test;

namespace {

struct fixture : engine_fixture {
    release_count other_released;

    fixture() {
        lane_options o;
        o.retry.schedule = {10s};
        o.retry.jitter = 0;
        o.retry.max_attempts = 3;
        configure(o);
    }
    // The answer to the next attempt, which asks for `pause`.
    void answer_with_pause(milliseconds pause, verdict what = verdict::retry,
                           std::uint16_t status = 429) {
        outcome o;
        o.verdict = what;
        o.status = status;
        o.retry_after = pause;
        end(take_one(), std::move(o));
    }
    // Another process: another monotonic clock.
    std::unique_ptr<sluice::queue::engine> restarted() {
        now.mono = mono_time(1s);
        auto other = replayed(other_released);
        other->start(now);
        return other;
    }
    std::vector<task_id> take_from(sluice::queue::engine& other) {
        std::vector<attempt> due;
        std::vector<record> expired;
        engine_fixture::take_due(other, now, 100, due, expired);
        std::vector<task_id> taken;
        for (attempt const& a : due)
            taken.push_back(a.id);
        return taken;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(engine_replay, fixture)

BOOST_AUTO_TEST_CASE(a_replayed_journal_gives_the_same_state) {
    accept(1h);
    task_id const dead = accept();
    fail(take_one());
    pass(10s);
    fail(take_one());
    pass(10s);
    fail(take_one());
    carry_out(core.redrive(dead, "anna", now));
    task_id const redriven_id = take_one().id;
    BOOST_TEST((redriven_id == dead));
    accept();
    task_id const gone = accept();
    carry_out(core.cancel(gone, "op", now));
    carry_out(core.change_lane(lane(), true, "op", now));
    auto const other = replayed(other_released);
    BOOST_TEST(fingerprint(*other) == fingerprint(core));
    BOOST_TEST(other->view(lane()).is_paused);
    BOOST_TEST(other_released.live() == released.live());
}

BOOST_AUTO_TEST_CASE(a_payload_is_wanted_of_what_is_due_soon) {
    accepted r;
    r.task.not_before = now.wall + 1h;
    BOOST_TEST(!core.keeps_payload(r, now));
    r.task.not_before = now.wall + 1s;
    BOOST_TEST(core.keeps_payload(r, now));
    r.state = task_state::retry_wait;
    r.next_attempt_at = now.wall + 1h;
    BOOST_TEST(!core.keeps_payload(r, now));
    r.next_attempt_at = now.wall;
    BOOST_TEST(core.keeps_payload(r, now));
    r.state = task_state::dead;
    BOOST_TEST(!core.keeps_payload(r, now));
}

BOOST_AUTO_TEST_CASE(an_open_breaker_is_open_after_a_restart) {
    lane_options o;
    o.breaker.emplace();
    o.breaker->failures = 2;
    o.breaker->open_for = o.breaker->max_open_for = 30s;
    configure(o);
    for (int i = 0; i < 2; ++i) {
        accept();
        fail(take_one());
    }
    BOOST_TEST(core.view(lane()).is_breaker_open);
    carry_out(core.change_lane(lane(), true, "op", now)); // a later record says it too
    carry_out(core.change_lane(lane(), false, "op", now));
    auto const id = accept();
    pass(20s);
    auto const other = restarted();
    BOOST_TEST(other->view(lane()).is_breaker_open);
    BOOST_TEST(other->pace(lane(), now).breaker_by == "2 failures in a row");
    BOOST_TEST(take_from(*other).empty());
    pass(10s);
    BOOST_TEST(take_from(*other).size() == 1u); // the probe
    (void)id;
}

BOOST_AUTO_TEST_CASE(a_breaker_that_closed_is_closed_after_a_restart) {
    lane_options o;
    o.breaker.emplace();
    o.breaker->failures = 1;
    configure(o);
    accept();
    fail(take_one());
    pass(30s);
    deliver(take_one());
    BOOST_TEST(!core.view(lane()).is_breaker_open);
    BOOST_TEST(!restarted()->view(lane()).is_breaker_open);
}

BOOST_AUTO_TEST_CASE(an_attempt_in_flight_at_the_crash_is_an_attempt_not_made) {
    task_id const id = accept();
    take_one();
    auto const other = replayed(other_released);
    other->start(now);
    BOOST_TEST(other->counts().in_flight == 0u);
    BOOST_TEST((take_from(*other) == std::vector{id}));
}

BOOST_AUTO_TEST_CASE(what_is_overdue_after_a_restart_goes_by_due_time_at_the_lanes_pace) {
    task_id const later = accept(2h);
    task_id const sooner = accept(1h);
    lane_options o;
    o.rate = 1;
    o.period = 1min;
    configure(o);
    pass(24h);
    auto const other = replayed(other_released);
    other->start(now);
    BOOST_TEST((take_from(*other) == std::vector{sooner}));
    pass(1min);
    BOOST_TEST((take_from(*other) == std::vector{later}));
}

BOOST_AUTO_TEST_CASE(attempts_of_the_time_before_count_for_the_rate) {
    lane_options o;
    o.rate = 2;
    o.period = 1min;
    o.burst = 2;
    configure(o);
    accept();
    accept();
    for (attempt const& a : take())
        deliver(a);
    task_id const third = accept();
    pass(10s);
    auto const other = replayed(other_released);
    other->start(now);
    BOOST_TEST(take_from(*other).empty());
    pass(20s);
    BOOST_TEST((take_from(*other) == std::vector{third}));
}

BOOST_AUTO_TEST_CASE(a_retry_keeps_its_time_over_a_restart) {
    task_id const id = accept();
    fail(take_one());
    pass(4s);
    now.mono = mono_time(1s); // another process, another monotonic clock
    auto const other = replayed(other_released);
    other->start(now);
    BOOST_TEST((other->next_wakeup(now).value() == now.mono + 6s));
    pass(6s);
    BOOST_TEST((take_from(*other) == std::vector{id}));
}

BOOST_AUTO_TEST_CASE(a_gate_keeps_its_time_over_a_restart) {
    accept();
    answer_with_pause(30s);
    auto const until = now.wall + 30s;
    task_id const other_task = accept();
    pass(10s);
    auto const other = restarted();
    BOOST_TEST(take_from(*other).empty());
    auto const why = other->explain(other_task, now);
    BOOST_REQUIRE_EQUAL(why.reasons.size(), 1u);
    BOOST_TEST((why.reasons[0].kind == hold_reason::retry_after));
    BOOST_TEST((why.reasons[0].until == until));
    BOOST_TEST(why.reasons[0].by == "answered 429");
    BOOST_TEST((other->next_wakeup(now).value() == now.mono + 20s));
    pass(20s - 1ms);
    BOOST_TEST(take_from(*other).empty());
    pass(1ms);
    BOOST_TEST((take_from(*other).front() == other_task));
}

BOOST_AUTO_TEST_CASE(a_gate_that_a_task_closed_with_its_end_outlives_the_task) {
    for (auto const what : {verdict::delivered, verdict::final_failure}) {
        fixture life;
        life.accept();
        life.answer_with_pause(30s, what, what == verdict::delivered ? 200 : 503);
        auto const by = life.core.pace(life.lane(), life.now).gate_by;
        life.accept();
        auto const other = life.restarted();
        BOOST_TEST(life.take_from(*other).empty());
        auto const pace = other->pace(life.lane(), life.now);
        BOOST_TEST((pace.gate_until == life.now.wall + 30s));
        BOOST_TEST(pace.gate_by == by);
    }
}

BOOST_AUTO_TEST_CASE(a_gate_is_known_without_the_task_that_closed_it) {
    accept();
    answer_with_pause(30s);
    journal.erase(journal.begin()); // its segment is gone: a copy follows, or nothing does
    auto const other = restarted();
    BOOST_TEST((other->pace(lane(), now).gate_until == now.wall + 30s));
}

BOOST_AUTO_TEST_CASE(a_gate_that_is_repeated_in_a_new_segment_is_kept) {
    lane_changed stands;
    stands.lane = lane();
    stands.gate_until = now.wall + 30s;
    stands.gate_by = "answered 503";
    journal.emplace_back(std::move(stands));
    accept();
    auto const other = restarted();
    BOOST_TEST(take_from(*other).empty());
    BOOST_TEST(other->pace(lane(), now).gate_by == "answered 503");
    BOOST_TEST(!other->view(lane()).is_paused);
}

BOOST_AUTO_TEST_CASE(a_gate_is_never_restored_for_longer_than_max_retry_after) {
    lane_options o;
    o.max_retry_after = 1min;
    configure(o);
    accept();
    answer_with_pause(30s);
    task_id const other_task = accept();
    step_wall(-24h);
    auto const other = restarted();
    BOOST_TEST((other->pace(lane(), now).gate_until == now.wall + 1min));
    pass(30s);
    // A reload that allows less opens it sooner.
    o.max_retry_after = 10s;
    other->configure_lane(lane(), o, now);
    BOOST_TEST((other->pace(lane(), now).gate_until == now.wall + 10s));
    BOOST_TEST(other->explain(other_task, now).is_known);
}

BOOST_AUTO_TEST_CASE(a_gate_that_has_opened_meanwhile_is_open) {
    accept();
    answer_with_pause(30s);
    task_id const other_task = accept();
    pass(30s);
    auto const other = restarted();
    BOOST_TEST(!other->pace(lane(), now).gate_until.has_value());
    BOOST_TEST(take_from(*other).size() == 2u);
    BOOST_TEST(other->find(other_task).has_value());
}

BOOST_AUTO_TEST_CASE(a_copied_forward_task_comes_back_as_it_was_without_its_old_records) {
    task_id const waiting = accept();
    fail(take_one());
    task_id const dead = accept();
    outcome refused = failed(400);
    refused.verdict = verdict::final_failure;
    end(take_one(), std::move(refused));
    accept(1h);
    std::string const before = fingerprint(core);
    // The journal after compaction: nothing but copies.
    std::vector<task_id> all;
    core.for_each([&](task_view const& v) {
        all.push_back(v.id);
        return true;
    });
    journal.clear();
    for (task_id const id : all) {
        BOOST_TEST(!core.snapshot(id, 2).has_value()); // lies in another segment
        accepted copy = core.snapshot(id, 1).value();
        journal.push_back(std::move(copy));
    }
    auto const other = replayed(other_released);
    BOOST_TEST(fingerprint(*other) == before);
    BOOST_TEST((other->find(waiting)->state == task_state::retry_wait));
    BOOST_TEST((other->find(dead)->state == task_state::dead));
}

BOOST_AUTO_TEST_CASE(a_copy_of_a_known_task_replaces_it) {
    task_id const id = accept();
    fail(take_one());
    accepted copy = core.snapshot(id, 1).value();
    copy.where = {2, 7, 10};
    core.moved(id, copy.where);
    journal.push_back(std::move(copy));
    auto const other = replayed(other_released);
    BOOST_TEST(fingerprint(*other) == fingerprint(core));
    BOOST_TEST(other->find(id)->where.segment == 2u);
    BOOST_TEST(other_released.live() == 1u);
    BOOST_TEST(released.live() == 1u);
    BOOST_TEST(other->counts().live() == 1u);
}

BOOST_AUTO_TEST_CASE(records_of_tasks_that_are_not_known_are_ignored) {
    task_id const id = ids.next(now.wall);
    happen(retried{id, {}, now.wall});
    happen(finished{id, task_state::dead, now.wall, {}, "x", {}});
    happen(redriven{id, now.wall, 0, {}});
    happen(purged{id});
    happen(started{id, now.wall});
    BOOST_TEST(core.counts().live() + core.counts().dead == 0u);
}

BOOST_AUTO_TEST_CASE(order_keys_keep_their_order_when_the_first_was_copied_forward) {
    auto const in_order = [&] {
        new_task task = make();
        task.extras = std::make_unique<task_extras>();
        task.extras->order_key = "k";
        return accept(std::move(task));
    };
    task_id const first = in_order();
    task_id const second = in_order();
    accepted copy = core.snapshot(first, 1).value();
    journal.erase(journal.begin());
    journal.push_back(std::move(copy));
    auto const other = replayed(other_released);
    other->start(now);
    BOOST_TEST((take_from(*other) == std::vector{first}));
    BOOST_TEST(other->explain(second, now).reasons[0].by == to_string(first));
}

// Each I/O thread makes ids of its own, and their clocks step: an id does not say who came first.
BOOST_AUTO_TEST_CASE(order_keys_keep_the_order_of_acceptance_whatever_the_ids_are) {
    auto const in_order = [&](milliseconds clock) {
        new_task task = make();
        task_id_generator of_a_thread(static_cast<std::uint64_t>(clock.count()));
        task.id = of_a_thread.next(now.wall + clock);
        task.extras = std::make_unique<task_extras>();
        task.extras->order_key = "k";
        return accept(std::move(task));
    };
    auto const expected = std::vector{in_order(2s), in_order(1s), in_order(0s)};
    accepted copy = core.snapshot(expected[1], 1).value();
    journal.push_back(std::move(copy));
    auto const other = replayed(other_released);
    other->start(now);
    BOOST_TEST((take_from(*other) == std::vector{expected[0]}));
    BOOST_TEST(other->explain(expected[1], now).reasons[0].by == to_string(expected[0]));
    other->apply(finished{expected[0], task_state::delivered, now.wall, {}, {}, {}}, now);
    BOOST_TEST((take_from(*other) == std::vector{expected[1]}));
    other->apply(finished{expected[1], task_state::delivered, now.wall, {}, {}, {}}, now);
    BOOST_TEST((take_from(*other) == std::vector{expected[2]}));
}

BOOST_AUTO_TEST_CASE(a_redriven_task_goes_behind_those_that_came_meanwhile_also_after_a_restart) {
    auto const in_order = [&] {
        new_task task = make();
        task.extras = std::make_unique<task_extras>();
        task.extras->order_key = "k";
        return accept(std::move(task));
    };
    task_id const first = in_order();
    happen(finished{first, task_state::dead, now.wall, {}, "x", {}});
    task_id const second = in_order();
    happen(core.redrive(first, "anna", now).value());
    BOOST_TEST((take_from(core) == std::vector{second}));
    auto const other = replayed(other_released);
    other->start(now);
    BOOST_TEST((take_from(*other) == std::vector{second}));
}

BOOST_AUTO_TEST_CASE(the_doubt_whether_an_attempt_was_taken_outlives_its_notes) {
    lane_options o;
    o.retry.schedule = {1s};
    o.retry.max_attempts = 100;
    configure(o);
    task_id const id = accept();
    outcome lost;
    lost.cause = cause::timeout_after_send;
    end(take_one(), std::move(lost));
    for (int i = 0; i < 40; ++i) {
        attempt const a = sleep_and_take().front();
        BOOST_REQUIRE(a.may_be_taken_already);
        outcome refused;
        refused.cause = cause::connect;
        end(a, std::move(refused));
    }
    BOOST_TEST(core.find(id)->extras->notes.size() == kept_notes);
    BOOST_TEST(core.find(id)->extras->notes.back().number == 41u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace engine_replay_test
