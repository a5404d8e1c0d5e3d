// Who goes first: shares of accounts, and order keys.
#include "engine_fixture.hpp"

#include <algorithm>

namespace engine_fairness_test {

using namespace sluice::queue;
using namespace sluice::queue::test;

namespace {

struct fixture : engine_fixture {
    lane_options one_at_a_time;

    fixture() {
        one_at_a_time.concurrency = 1;
        one_at_a_time.retry.schedule = {1min};
        one_at_a_time.retry.jitter = 0;
        configure(one_at_a_time);
    }
    task_id accept_for(std::string_view account_name, milliseconds delay = 0ms) {
        return accept(make(delay, account_name));
    }
    task_id accept_in_order(std::string key, milliseconds delay = 0ms, std::uint64_t turn = 0) {
        new_task task = make(delay);
        task.extras = std::make_unique<task_extras>();
        task.extras->order_key = std::move(key);
        task.extras->order_turn = turn;
        return accept(std::move(task));
    }
    // How many others are sent before `id`, at most `most`.
    int sends_before(task_id id, int most) {
        for (int sent = 0; sent < most; ++sent) {
            attempt const a = take_one();
            deliver(a);
            if (a.id == id) return sent;
        }
        return most;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(engine_fairness, fixture)

BOOST_AUTO_TEST_CASE(an_account_with_many_tasks_delays_anothers_single_task_by_one_send) {
    for (int i = 0; i < 5000; ++i)
        accept_for("big");
    deliver(take_one());
    task_id const id = accept_for("small");
    BOOST_TEST(sends_before(id, 100) <= 1);
}

BOOST_AUTO_TEST_CASE(it_does_so_also_where_all_fall_due_at_the_same_moment) {
    for (int i = 0; i < 5000; ++i)
        accept_for("big", 1h);
    task_id const id = accept_for("small", 1h);
    pass(1h);
    BOOST_TEST(sends_before(id, 100) <= 2);
}

BOOST_AUTO_TEST_CASE(accounts_share_a_lane_by_weight) {
    core.configure_account(account("heavy"), 3);
    for (int i = 0; i < 100; ++i) {
        accept_for("heavy");
        accept_for("light");
    }
    int heavy = 0;
    for (int i = 0; i < 40; ++i) {
        attempt const a = take_one();
        if (a.account == account("heavy")) ++heavy;
        deliver(a);
    }
    BOOST_TEST(heavy == 30);
}

BOOST_AUTO_TEST_CASE(within_an_account_tasks_go_by_their_due_time) {
    task_id const third = accept_for("163", 30s);
    task_id const first = accept_for("163", 10s);
    task_id const second = accept_for("163", 20s);
    pass(1min);
    task_id const last = accept_for("163");
    for (task_id const id : {first, second, third, last})
        BOOST_TEST(sends_before(id, 1) == 0);
}

BOOST_AUTO_TEST_CASE(tasks_with_one_order_key_go_one_at_a_time_through_retries) {
    one_at_a_time.concurrency = 10;
    configure(one_at_a_time);
    task_id const first = accept_in_order("k");
    task_id const second = accept_in_order("k");
    task_id const other = accept_in_order("l");
    task_id const free = accept();
    auto due = take();
    BOOST_REQUIRE(due.size() == 3u); // all but the second
    BOOST_TEST((due[0].id == first));
    BOOST_TEST((due[1].id == other));
    BOOST_TEST((due[2].id == free));
    fail(due[0]);
    BOOST_TEST((reasons(second) == std::vector{hold_reason::order_key}));
    BOOST_TEST(core.explain(second, now).reasons[0].by == to_string(first));
    BOOST_TEST(take().empty());
    pass(1min);
    attempt const again = take_one();
    BOOST_TEST((again.id == first));
    deliver(again);
    BOOST_TEST((take_one().id == second));
}

BOOST_AUTO_TEST_CASE(an_order_key_keeps_the_order_of_acceptance_also_where_the_first_is_due_later) {
    task_id const first = accept_in_order("k", 1h);
    task_id const second = accept_in_order("k");
    BOOST_TEST(take().empty());
    BOOST_TEST((state_of(second) == task_state::ready));
    pass(1h);
    BOOST_TEST(sends_before(first, 1) == 0);
    BOOST_TEST(sends_before(second, 1) == 0);
}

BOOST_AUTO_TEST_CASE(a_successor_passes_when_its_predecessor_ends_in_whatever_way) {
    one_at_a_time.retry.max_attempts = 1;
    configure(one_at_a_time);
    task_id const dead = accept_in_order("k");
    task_id const cancelled = accept_in_order("k", 1h);
    new_task task = make(1h);
    task.extras = std::make_unique<task_extras>();
    task.extras->order_key = "k";
    task.expires_at = now.wall + 10s;
    task_id const expired = accept(std::move(task));
    task_id const last = accept_in_order("k");
    fail(take_one());
    BOOST_TEST((state_of(dead) == task_state::dead));
    carry_out(core.cancel(cancelled, "op", now));
    BOOST_TEST(take().empty());
    pass(10s);
    BOOST_TEST(take().empty()); // in this turn it expires
    BOOST_TEST(!core.find(expired).has_value());
    BOOST_TEST((core.next_wakeup(now).value() == now.mono));
    BOOST_TEST((take_ids() == std::vector{last}));
}

BOOST_AUTO_TEST_CASE(a_redriven_task_goes_behind_those_that_wait_for_its_key) {
    one_at_a_time.retry.max_attempts = 1;
    configure(one_at_a_time);
    task_id const dead = accept_in_order("k");
    fail(take_one());
    task_id const second = accept_in_order("k");
    carry_out(core.redrive(dead, "anna", now));
    BOOST_TEST(sends_before(second, 1) == 0);
    BOOST_TEST(sends_before(dead, 1) == 0);
}

BOOST_AUTO_TEST_CASE(nobody_goes_before_a_task_that_was_let_go) {
    one_at_a_time.concurrency = 10;
    configure(one_at_a_time);
    task_id const later = accept_in_order("k", 0ms, 7);
    attempt const sent = take_one();
    BOOST_REQUIRE((sent.id == later));
    task_id const adopted = accept_in_order("k", 0ms, 3);
    BOOST_TEST(take().empty());
    deliver(sent);
    BOOST_TEST((take_ids() == std::vector{adopted}));
}

BOOST_AUTO_TEST_CASE(one_that_waits_for_its_time_lets_an_earlier_one_go_before_it) {
    one_at_a_time.concurrency = 10;
    configure(one_at_a_time);
    task_id const later = accept_in_order("k", 1h, 7);
    task_id const adopted = accept_in_order("k", 0ms, 3);
    BOOST_TEST((take_ids() == std::vector{adopted}));
    pass(1h);
    BOOST_TEST(take().empty());
    BOOST_TEST((reasons(later) == std::vector{hold_reason::order_key}));
}

BOOST_AUTO_TEST_CASE(accounts_do_not_share_order_keys) {
    one_at_a_time.concurrency = 10;
    configure(one_at_a_time);
    for (std::string_view const name : {"a", "b"}) {
        new_task task = make(0ms, name);
        task.extras = std::make_unique<task_extras>();
        task.extras->order_key = "k";
        accept(std::move(task));
    }
    BOOST_TEST(take().size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace engine_fairness_test
