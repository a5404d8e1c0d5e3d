// Tasks that travel in one attempt: who goes together, what becomes of each, and that a batch which
// may have been taken goes again with the same tasks, also after a crash.
#include "engine_batch_fixture.hpp"

namespace engine_batch_test {

using namespace sluice::queue;
using namespace sluice::queue::test;

BOOST_FIXTURE_TEST_SUITE(engine_batch, batch_fixture)

BOOST_AUTO_TEST_CASE(due_tasks_with_one_key_travel_in_one_attempt) {
    group const together{travel(), travel(), travel()};
    auto const other_key = travel(8);
    auto const other_account = travel(7, "200");
    auto const without_key = accept();
    auto const due = take();
    BOOST_REQUIRE_EQUAL(due.size(), 4u);
    std::set<group> sent;
    for (attempt const& a : due)
        sent.insert(members(a));
    BOOST_TEST((sent == std::set<group>{together, {other_key}, {other_account}, {without_key}}));
    BOOST_TEST(core.counts().in_flight == 6u);
    BOOST_TEST(!core.next_wakeup(now).has_value());
}

BOOST_AUTO_TEST_CASE(a_lane_without_batch_sends_each_by_itself) {
    configure(batching(1));
    travel();
    travel();
    BOOST_TEST(take().size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_batch_has_at_most_so_many_tasks) {
    configure(batching(3));
    for (int i = 0; i < 7; ++i)
        travel();
    std::vector<std::size_t> sizes;
    for (attempt const& a : take())
        sizes.push_back(members(a).size());
    BOOST_TEST(sizes == (std::vector<std::size_t>{3, 3, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_batch_has_at_most_so_many_bytes) {
    auto options_of_lane = batching();
    options_of_lane.batch_bytes = 3 * std::string("payload").size();
    configure(options_of_lane);
    for (int i = 0; i < 4; ++i)
        travel();
    auto const due = take();
    BOOST_REQUIRE_EQUAL(due.size(), 2u);
    BOOST_TEST(members(due[0]).size() == 3u);
    BOOST_TEST(members(due[1]).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_batch_costs_one_token_and_one_place) {
    auto options_of_lane = batching(2);
    options_of_lane.rate = 1;
    options_of_lane.period = 1min;
    options_of_lane.concurrency = 1;
    configure(options_of_lane);
    for (int i = 0; i < 4; ++i)
        travel();
    auto const first = send_one();
    BOOST_TEST(members(first).size() == 2u);
    deliver(first);
    BOOST_TEST(take().empty());
    pass(1min);
    BOOST_TEST(members(take_one()).size() == 2u);
}

BOOST_AUTO_TEST_CASE(one_answer_for_all_delivers_all) {
    travel();
    travel();
    auto const a = send_one();
    deliver(a);
    BOOST_TEST(core.counts().live() == 0u);
    BOOST_TEST(released.live() == 0u);
}

BOOST_AUTO_TEST_CASE(what_fails_as_a_whole_goes_again_with_the_same_tasks) {
    group const together{travel(), travel(), travel()};
    auto const first = send_one();
    end(first, cut());
    auto const late = travel(); // has the same key and is due before the retry
    BOOST_TEST((members(send_one()) == group{late}));
    pass(1s);
    auto const again = take_one();
    BOOST_TEST((members(again) == together));
    BOOST_TEST(again.batch == first.batch);
    BOOST_TEST(!again.is_batch_new);
    BOOST_TEST(again.may_be_taken_already);
    BOOST_TEST((again.rendered_at == first.rendered_at));
    fail(again, 503);
    pass(1s);
    BOOST_TEST((members(take_one()) == together));
}

BOOST_AUTO_TEST_CASE(a_batch_ends_when_its_attempts_are_used_up) {
    group const together{travel(), travel()};
    for (int i = 0; i < 5; ++i) {
        auto const a = send_one();
        BOOST_TEST((members(a) == together));
        fail(a);
        pass(1s);
    }
    for (auto const& id : together)
        BOOST_TEST((state_of(id) == task_state::dead));
    BOOST_TEST(take().empty());
}

BOOST_AUTO_TEST_CASE(a_batch_opens_the_breaker_and_that_is_told) {
    auto o = batching();
    o.breaker = breaker_options{1, 10s, 10s};
    configure(o);
    travel();
    travel();
    auto const opened = core.complete(send_one(), failed(), now);
    BOOST_TEST((opened.breaker == engine::decision::breaker_change::opened));
    BOOST_TEST(opened.breaker_by == "1 failure in a row");
    BOOST_TEST(opened.companions.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_refused_as_a_whole_goes_one_by_one_for_good) {
    auto options_of_lane = batching();
    options_of_lane.retry.max_attempts = 1; // the refusal of a batch uses nobody's last attempt
    configure(options_of_lane);
    auto const good = travel();
    auto const bad = travel();
    auto const other = travel();
    end(send_one(), refused());
    auto const alone = sleep_and_take();
    BOOST_REQUIRE_EQUAL(alone.size(), 3u);
    for (attempt const& a : alone) {
        BOOST_TEST(a.companions.empty());
        BOOST_TEST(a.number == 2u);
        if (a.id == bad) {
            end(a, refused());
        } else {
            deliver(a);
        }
    }
    BOOST_TEST((state_of(bad) == task_state::dead));
    BOOST_TEST(!core.find(good).has_value());
    BOOST_TEST(!core.find(other).has_value());
}

BOOST_AUTO_TEST_CASE(an_answer_for_each_call_is_each_tasks_own_outcome) {
    travel();
    travel();
    travel();
    auto const a = send_one();
    auto answer = delivered();
    answer.calls = {delivered(), refused(), failed(200)};
    auto const first = a.id;
    auto const second = a.companions[0].id;
    auto const third = a.companions[1].id;
    pass(100ms);
    end(a, std::move(answer));
    BOOST_TEST(!core.find(first).has_value());
    BOOST_TEST((state_of(second) == task_state::dead));
    BOOST_TEST((state_of(third) == task_state::retry_wait));
    pass(1s);
    // It was not taken, so it may go with others and says another time.
    auto const late = travel();
    auto const again = take_one();
    BOOST_TEST((members(again) == group{third, late}));
    BOOST_TEST(again.is_batch_new);
    BOOST_TEST((again.rendered_at == now.wall));
}

BOOST_AUTO_TEST_CASE(what_may_have_been_taken_alone_joins_nobody) {
    auto const lonely = travel();
    auto const a = send_one();
    end(a, cut());
    pass(1s);
    auto const late = travel();
    auto const due = take();
    BOOST_REQUIRE_EQUAL(due.size(), 2u);
    for (attempt const& each : due)
        BOOST_TEST(members(each).size() == 1u);
    BOOST_TEST((members(due[0]) == group{lonely} || members(due[1]) == group{lonely}));
    BOOST_TEST((members(due[0]) == group{late} || members(due[1]) == group{late}));
}

BOOST_AUTO_TEST_CASE(after_a_crash_the_same_tasks_go_together) {
    group const together{travel(), travel(), travel()};
    auto const first = send_one();
    travel(); // was not in it
    release_count sink;
    auto const other = replayed(sink);
    std::vector<attempt> due;
    std::vector<record> expired;
    other->take_due(now, 100, due, expired);
    BOOST_REQUIRE_EQUAL(due.size(), 2u);
    auto const& again = due[0].batch != 0 ? due[0] : due[1];
    BOOST_TEST(again.batch == first.batch);
    BOOST_TEST((members(again) == together));
    BOOST_TEST((again.rendered_at == first.rendered_at));
}

BOOST_AUTO_TEST_CASE(after_a_crash_between_retries_the_same_tasks_go_together) {
    group const together{travel(), travel(), travel()};
    end(send_one(), cut());
    journal.pop_back(); // one task's retry was not on the disk
    release_count sink;
    auto const other = replayed(sink);
    std::vector<attempt> due;
    std::vector<record> expired;
    now.wall += 1s;
    now.mono += 1s;
    other->take_due(now, 100, due, expired);
    BOOST_REQUIRE_EQUAL(due.size(), 1u);
    BOOST_TEST((members(due[0]) == together));
}

BOOST_AUTO_TEST_CASE(a_member_that_is_cancelled_leaves_the_others_together) {
    std::vector<task_id> const all{travel(), travel(), travel()};
    end(send_one(), cut());
    for (std::size_t i = 0; i < 2; ++i) {
        carry_out(core.cancel(all[i], "a test", now));
        BOOST_TEST(!core.find(all[i]).has_value());
        BOOST_TEST((core.explain(all[2], now).reasons.front().kind == hold_reason::not_due));
    }
    pass(1s);
    BOOST_TEST((members(take_one()) == group{all[2]}));
}

BOOST_AUTO_TEST_CASE(a_member_that_expires_leaves_the_others_together) {
    auto const short_lived = travel(7, "163", now.wall + 500ms);
    group const others{travel(), travel()};
    auto a = send_one();
    BOOST_TEST(members(a).size() == 3u);
    end(a, cut());
    // The retry would come after its end: the others decide when the batch goes.
    pass(500ms);
    BOOST_TEST(take().empty());
    BOOST_TEST(!core.find(short_lived).has_value());
    pass(500ms);
    BOOST_TEST((members(take_one()) == others));
}

BOOST_AUTO_TEST_CASE(a_batch_that_was_not_sent_goes_back_whole) {
    group const together{travel(), travel(), travel()};
    auto const a = send_one();
    core.put_back(a, now);
    BOOST_TEST(core.counts().ready == 3u);
    auto const again = take_one();
    BOOST_TEST((members(again) == together));
    BOOST_TEST(again.number == 1u);
    outcome stopped;
    stopped.cause = cause::stopped;
    end(again, std::move(stopped));
    BOOST_TEST((members(take_one()) == together));
}

BOOST_AUTO_TEST_CASE(a_batch_waits_while_its_lane_is_paused) {
    group const together{travel(), travel()};
    end(send_one(), cut());
    carry_out(core.change_lane(lane(), true, "a test", now));
    pass(2s);
    BOOST_TEST(take().empty());
    for (auto const& id : together)
        BOOST_TEST((reasons(id) == std::vector{hold_reason::paused}));
    carry_out(core.change_lane(lane(), false, "a test", now));
    BOOST_TEST((members(take_one()) == together));
}

BOOST_AUTO_TEST_CASE(who_is_left_of_a_batch_waits_by_the_monotonic_clock) {
    auto const a = travel();
    auto const b = travel();
    end(send_one(), cut());
    step_wall(-1h);
    auto const carrier = core.explain(a, now).reasons.size() == 1 ? a : b;
    carry_out(core.cancel(carrier, "op", now));
    pass(1s);
    BOOST_TEST(take().size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace engine_batch_test
