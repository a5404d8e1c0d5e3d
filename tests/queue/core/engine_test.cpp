// A task's life: accepted, due, sent, delivered or not, and what an operator can do about it.
#include "engine_fixture.hpp"

#include <algorithm>

namespace engine_test {

using namespace sluice::queue;
using namespace sluice::queue::test;

BOOST_FIXTURE_TEST_SUITE(engine, engine_fixture)

BOOST_AUTO_TEST_CASE(a_task_that_is_due_goes_at_once_and_leaves_when_delivered) {
    task_id const id = accept();
    BOOST_TEST((state_of(id) == task_state::ready));
    BOOST_TEST((core.next_wakeup(now).value() == now.mono));

    attempt const a = take_one();
    BOOST_TEST((a.id == id));
    BOOST_TEST(a.number == 1u);
    BOOST_TEST((a.due == now.wall));
    BOOST_TEST(a.payload.view() == "payload");
    BOOST_TEST(!a.may_be_taken_already);
    BOOST_TEST((state_of(id) == task_state::in_flight));
    BOOST_TEST(take().empty());

    deliver(a);
    BOOST_TEST(!core.find(id).has_value());
    BOOST_TEST(core.counts().live() == 0u);
    BOOST_TEST(core.counts().payload_bytes == 0u);
    BOOST_TEST(released.live() == 0u);
    BOOST_TEST(!core.next_wakeup(now).has_value());
    auto const& end = std::get<finished>(journal.back());
    BOOST_TEST((end.state == task_state::delivered));
    BOOST_TEST(end.note.number == 1u);
    BOOST_TEST(end.note.status == 200u);
}

BOOST_AUTO_TEST_CASE(a_scheduled_task_goes_at_its_time_and_not_a_millisecond_before) {
    for (milliseconds const delay :
         {1ms, 999ms, milliseconds(1min), milliseconds(49 * 24h + 18h), milliseconds(366 * 24h)}) {
        task_id const id = accept(delay);
        BOOST_TEST((state_of(id) == task_state::scheduled));
        pass(delay - 1ms);
        BOOST_TEST(take().empty());
        BOOST_TEST((core.next_wakeup(now).value() == now.mono + 1ms));
        pass(1ms);
        attempt const a = take_one();
        BOOST_TEST((a.id == id));
        deliver(a);
    }
}

BOOST_AUTO_TEST_CASE(more_than_max_delay_ahead_is_refused) {
    std::vector<new_task> tasks;
    tasks.push_back(make(options.max_delay));
    tasks.push_back(make(options.max_delay + 1ms));
    BOOST_TEST((core.admit(tasks, now).error() == errc::too_far_ahead));
    BOOST_TEST(core.admit({tasks.data(), 1}, now).has_value());
}

BOOST_AUTO_TEST_CASE(a_failed_attempt_waits_its_backoff_and_then_goes_again) {
    lane_options o;
    o.retry.schedule = {5s, 30s};
    o.retry.jitter = 0;
    o.retry.max_attempts = 10;
    configure(o);
    task_id const id = accept();
    for (milliseconds const wait : {5s, 30s, 30s}) {
        attempt const a = take_one();
        fail(a, 503);
        BOOST_TEST((state_of(id) == task_state::retry_wait));
        BOOST_TEST((core.find(id)->next_attempt_at == now.wall + wait));
        pass(wait - 1ms);
        BOOST_TEST(take().empty());
        pass(1ms);
    }
    attempt const last = take_one();
    BOOST_TEST(last.number == 4u);
    BOOST_TEST((last.due == now.wall));
    BOOST_TEST(last.may_be_taken_already); // 503: it may have been acted on
    BOOST_TEST(core.find(id)->extras->notes.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_refused_connection_leaves_no_doubt_that_the_attempt_was_not_taken) {
    task_id const id = accept();
    outcome refused;
    refused.cause = cause::connect;
    end(take_one(), std::move(refused));
    BOOST_TEST((state_of(id) == task_state::retry_wait));
    BOOST_TEST(!sleep_and_take().front().may_be_taken_already);
}

BOOST_AUTO_TEST_CASE(the_last_attempt_leaves_a_dead_task_that_says_why) {
    lane_options o;
    o.retry.schedule = {1s};
    o.retry.max_attempts = 3;
    configure(o);
    task_id const id = accept();
    fail(take_one());
    fail(sleep_and_take().front());
    outcome last = failed(503);
    last.detail = "503 Service Unavailable";
    last.response = std::string(kept_response - 1, 'x') + "\xC3\xA9 and more";
    end(sleep_and_take().front(), std::move(last));
    BOOST_TEST(dead_reason(id) == "gave up after 3 attempts: 503 Service Unavailable");
    auto const view = core.find(id).value();
    BOOST_TEST((view.finished_at == now.wall));
    BOOST_TEST(view.extras->notes.back().response == std::string(kept_response - 1, 'x'));
    BOOST_TEST(core.counts().dead == 1u);
    BOOST_TEST(core.counts().live() == 0u);
    BOOST_TEST(core.counts().payload_bytes == 0u); // it is on disk
    BOOST_TEST(released.live() == 1u);
    BOOST_TEST(!core.next_wakeup(now).has_value());
}

BOOST_AUTO_TEST_CASE(what_cannot_succeed_is_dead_at_once) {
    struct row {
        verdict v;
        cause c;
        std::uint16_t status;
        std::string detail;
        std::string reason;
    };
    for (row const& r : {
             row{verdict::final_failure, cause::answered, 400, "", "answered 400"},
             row{verdict::final_failure, cause::answered, 400, "code 301", "code 301"},
             row{verdict::retry, cause::address_not_allowed, 0, "10.0.0.1", "address not allowed"},
             row{verdict::retry, cause::render, 0, "start-time passed", "start-time passed"},
             row{verdict::retry, cause::render, 0, "", "cannot be rendered"},
         }) {
        task_id const id = accept();
        outcome o;
        o.verdict = r.v;
        o.cause = r.c;
        o.status = r.status;
        o.detail = r.detail;
        end(take_one(), std::move(o));
        BOOST_TEST(dead_reason(id) == r.reason);
    }
}

BOOST_AUTO_TEST_CASE(a_stopped_attempt_costs_nothing) {
    task_id const id = accept();
    attempt const a = take_one();
    outcome stopped;
    stopped.cause = cause::stopped;
    std::size_t const records = journal.size();
    end(a, std::move(stopped));
    BOOST_TEST(journal.size() == records);
    BOOST_TEST((state_of(id) == task_state::ready));
    BOOST_TEST(take_one().number == 1u);
}

BOOST_AUTO_TEST_CASE(an_attempt_that_was_put_back_goes_first) {
    task_id const first = accept();
    task_id const second = accept();
    auto due = take();
    BOOST_REQUIRE(due.size() == 2u);
    core.put_back(due[1], now);
    core.put_back(due[0], now);
    accept();
    auto const again = take_ids(2);
    BOOST_TEST((again == std::vector{first, second}));
}

BOOST_AUTO_TEST_CASE(an_expired_task_is_not_sent) {
    new_task task = make();
    task.expires_at = now.wall + 10s;
    task_id const id = accept(std::move(task));
    carry_out(core.change_lane(lane(), true, "op", now));
    pass(9'999ms);
    BOOST_TEST(take().empty());
    BOOST_TEST((core.next_wakeup(now).value() == now.mono + 1ms));
    pass(1ms);
    BOOST_TEST(take().empty());
    BOOST_TEST(!core.find(id).has_value());
    auto const& end = std::get<finished>(journal.back());
    BOOST_TEST((end.state == task_state::expired));
    BOOST_TEST(end.reason == "expires_at passed before it was sent");
    BOOST_TEST(end.note.number == 0u);
    BOOST_TEST(!core.next_wakeup(now).has_value());
}

BOOST_AUTO_TEST_CASE(many_tasks_that_expire_together_all_expire_and_none_is_sent) {
    for (int i = 0; i < 50; ++i) {
        new_task task = make();
        task.expires_at = now.wall + 1s;
        accept(std::move(task));
    }
    pass(1s);
    for (int turn = 0; turn < 50; ++turn)
        BOOST_REQUIRE(take(3).empty());
    BOOST_TEST(core.counts().live() == 0u);
    BOOST_TEST(core.view(lane()).in_flight == 0u);
}

BOOST_AUTO_TEST_CASE(a_task_in_flight_does_not_expire_until_its_attempt_ended) {
    new_task task = make();
    task.expires_at = now.wall + 1s;
    task_id const id = accept(std::move(task));
    attempt const a = take_one();
    pass(2s);
    BOOST_TEST(take().empty());
    BOOST_TEST((state_of(id) == task_state::in_flight));
    fail(a);
    BOOST_TEST(dead_reason(id) == "expires before the next attempt, after 1 attempt: answered 500");
}

BOOST_AUTO_TEST_CASE(cancel_works_while_a_task_waits_and_not_afterwards) {
    task_id const scheduled = accept(1h);
    task_id const ready = accept();
    carry_out(core.cancel(ready, "caller", now));
    BOOST_TEST(std::get<finished>(journal.back()).reason == "caller");
    carry_out(core.cancel(scheduled, "caller", now));
    task_id const retried = accept();
    fail(take_one());
    carry_out(core.cancel(retried, "caller", now));
    BOOST_TEST(core.counts().live() == 0u);
    BOOST_TEST(!core.next_wakeup(now).has_value());

    task_id const sent = accept();
    attempt const a = take_one();
    BOOST_TEST((core.cancel(sent, "caller", now).error() == errc::wrong_state));
    outcome o = failed(400);
    o.verdict = verdict::final_failure;
    end(a, std::move(o));
    BOOST_TEST((core.cancel(sent, "caller", now).error() == errc::wrong_state));
    BOOST_TEST((core.cancel(ready, "caller", now).error() == errc::unknown_task));
}

BOOST_AUTO_TEST_CASE(a_cancel_that_overtakes_an_attempt_frees_its_place_in_the_lane) {
    lane_options o;
    o.concurrency = 1;
    configure(o);
    task_id const first = accept();
    task_id const second = accept();
    auto cancelled = core.cancel(first, "caller", now).value(); // on its way to the disk
    attempt const a = take_one();
    happen(std::move(cancelled));
    BOOST_TEST(take().empty()); // the attempt is still under way
    std::size_t const records = journal.size();
    deliver(a);
    BOOST_TEST(journal.size() == records); // nothing follows for a task that is gone
    BOOST_TEST((take_one().id == second));
}

BOOST_AUTO_TEST_CASE(a_dead_task_can_be_redriven_with_new_attempts_and_keeps_its_notes) {
    lane_options o;
    o.retry.max_attempts = 1;
    configure(o);
    task_id const id = accept();
    fail(take_one());
    pass(1h);
    carry_out(core.redrive(id, "anna", now));
    BOOST_TEST((core.redrive(id, "anna", now).error() == errc::wrong_state));
    attempt const a = take_one();
    BOOST_TEST(a.number == 1u);
    BOOST_TEST((a.not_before == now.wall));
    BOOST_TEST(a.may_be_taken_already);
    BOOST_TEST(a.payload.view() == "read"); // it had left memory when the task died
    BOOST_TEST(core.find(id)->extras->notes.size() == 1u);
    BOOST_TEST(*core.find(id)->extras->redriven_by == "anna");
    deliver(a);
    BOOST_TEST(!core.find(id).has_value());
}

BOOST_AUTO_TEST_CASE(the_reason_of_a_second_death_says_since_when_attempts_are_counted) {
    lane_options o;
    o.retry.max_attempts = 2;
    configure(o);
    task_id const id = accept();
    auto const die = [&] {
        for (int i = 0; i < 2; ++i) {
            fail(take_one(), 503);
            pass(1h);
        }
        return dead_reason(id);
    };
    BOOST_TEST(die() == "gave up after 2 attempts: answered 503");
    for (int i = 0; i < 2; ++i) {
        carry_out(core.redrive(id, "anna", now));
        BOOST_TEST(die() == "gave up after 2 attempts since it was redriven: answered 503");
    }
}

BOOST_AUTO_TEST_CASE(a_dead_task_past_its_expiry_cannot_be_redriven_but_purged) {
    lane_options o;
    o.retry.max_attempts = 1;
    configure(o);
    new_task task = make();
    task.expires_at = now.wall + 1s;
    task_id const id = accept(std::move(task));
    BOOST_TEST((core.purge(id).error() == errc::wrong_state));
    fail(take_one());
    pass(1s);
    BOOST_TEST((core.redrive(id, "anna", now).error() == errc::wrong_state));
    carry_out(core.purge(id));
    BOOST_TEST(!core.find(id).has_value());
    BOOST_TEST(released.live() == 0u);
    BOOST_TEST((core.purge(id).error() == errc::unknown_task));
}

BOOST_AUTO_TEST_CASE(a_410_disables_the_lane_and_the_task_waits_for_the_resume) {
    task_id const first = accept();
    attempt const a = take_one();
    task_id const second = accept();
    outcome gone = failed(410);
    gone.verdict = verdict::final_failure;
    gone.disables_lane = true;
    gone.detail = "410 Gone";
    end(a, std::move(gone));
    BOOST_TEST(core.view(lane()).is_disabled);
    BOOST_TEST(core.view(lane()).by == "410 Gone");
    pass(1h);
    BOOST_TEST(take().empty());
    BOOST_TEST((state_of(first) == task_state::ready));
    BOOST_TEST((reasons(first) == std::vector{hold_reason::disabled}));
    BOOST_TEST(!core.next_wakeup(now).has_value());
    carry_out(core.change_lane(lane(), false, "op", now));
    auto const due = take_ids();
    BOOST_TEST((due == std::vector{second, first})); // a retry goes behind a first attempt
}

BOOST_AUTO_TEST_CASE(a_lane_pauses_and_resumes) {
    accept();
    carry_out(core.change_lane(lane(), true, "op", now));
    BOOST_TEST(take().empty());
    BOOST_TEST(core.view(lane()).is_paused);
    BOOST_TEST(core.view(lane()).by == "op");
    BOOST_TEST(!core.next_wakeup(now).has_value());
    carry_out(core.change_lane(lane(), false, "op", now));
    BOOST_TEST(take().size() == 1u);
    BOOST_TEST((core.change_lane(lane_id{99}, true, "op", now).error() == errc::unknown_lane));
}

BOOST_AUTO_TEST_CASE(tasks_of_a_lane_that_is_not_configured_wait_for_it) {
    new_task task = make();
    task.lane = lane("new");
    task_id const id = accept(std::move(task));
    BOOST_TEST(take().empty());
    BOOST_TEST((reasons(id) == std::vector{hold_reason::not_configured}));
    configure({}, "new");
    BOOST_TEST(take().size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_first_attempt_pins_the_render_time_and_the_others_carry_it) {
    lane_options o;
    o.pins_render_time = true;
    configure(o);
    task_id const id = accept();
    wall_time const first = now.wall;
    attempt const a = take_one();
    BOOST_TEST((a.rendered_at == first));
    BOOST_TEST(a.is_render_time_new);
    happen(started{id, a.rendered_at});
    fail(a);
    auto const again = sleep_and_take();
    BOOST_TEST((now.wall > first));
    BOOST_TEST((again.front().rendered_at == first));
    BOOST_TEST(!again.front().is_render_time_new);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace engine_test
