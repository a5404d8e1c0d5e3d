// The way in: room, idempotency keys, and what stays in memory.
#include "engine_fixture.hpp"

namespace engine_admit_test {

using namespace sluice::queue;
using namespace sluice::queue::test;

namespace {

engine_options small() {
    engine_options o;
    o.max_tasks = 3;
    o.max_payload_bytes = 100;
    o.resident_horizon = 60s;
    o.idempotency_keys = 3;
    return o;
}

struct fixture : engine_fixture {
    fixture()
        : engine_fixture(small()) {}

    std::vector<new_task> several(std::size_t count, std::size_t bytes) {
        std::vector<new_task> tasks;
        for (std::size_t i = 0; i < count; ++i) {
            tasks.push_back(make());
            tasks.back().payload = shared_bytes(std::string(bytes, 'x'));
        }
        return tasks;
    }
    new_task with_key(std::uint8_t key, std::uint8_t body = 1) {
        new_task task = make();
        task.extras = std::make_unique<task_extras>();
        task.extras->idempotency = std::make_unique<idempotency>();
        task.extras->idempotency->key[0] = key;
        task.extras->idempotency->body[0] = body;
        task.extras->idempotency->answer = "202";
        return task;
    }
    static constexpr std::string_view callback = "https://example.com/told";
    new_task told() {
        new_task task = make();
        task.extras.made().callback = callback;
        return task;
    }
    static expected_reports of_told(std::uint64_t tasks) {
        return {tasks, tasks * callback.size()};
    }
    new_task with_content(std::uint8_t key, std::string answer = "first") {
        new_task task = make();
        task.extras = std::make_unique<task_extras>();
        task.extras->content = std::make_unique<idempotency>();
        task.extras->content->key[0] = key;
        task.extras->content->body[0] = key;
        task.extras->content->lifetime = 10min;
        task.extras->content->answer = std::move(answer);
        return task;
    }
    boost::system::error_code admit(std::span<new_task const> tasks) {
        auto const result = core.admit(tasks, now);
        return result ? boost::system::error_code() : result.error();
    }
    boost::system::error_code admit(new_task const& task) { return admit({&task, 1}); }
    std::string first_answer(new_task const& again) {
        auto const* const first = core.first_request({&again, 1});
        return first ? first->answer : "unknown";
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(engine_admit, fixture)

BOOST_AUTO_TEST_CASE(a_call_is_admitted_whole_or_not_at_all) {
    auto const four = several(4, 1);
    BOOST_TEST(admit(four) == make_error_code(errc::queue_full));
    auto const three = several(3, 1);
    BOOST_TEST(!admit(three));
    BOOST_TEST(admit(make()) == make_error_code(errc::queue_full));
    core.abandon(three);
    BOOST_TEST(!admit(make()));
}

BOOST_AUTO_TEST_CASE(the_same_content_is_taken_once_within_its_time) {
    auto const first = with_content(1);
    BOOST_TEST(!admit(first));
    BOOST_TEST(admit(with_content(1)) == make_error_code(errc::content_in_progress));
    core.abandon({&first, 1});
    accept(with_content(1));
    auto const second = with_content(1, "second");
    BOOST_TEST(admit(second) == make_error_code(errc::duplicate_key));
    BOOST_TEST(core.first_request({&second, 1})->answer == "first");
    BOOST_TEST(!admit(with_content(2)));
    pass(10min);
    BOOST_TEST(!admit(second));
}

BOOST_AUTO_TEST_CASE(a_key_of_the_caller_is_looked_at_before_the_content) {
    auto both = with_key(1);
    both.extras->content = std::move(with_content(2).extras->content);
    accept(std::move(both));
    auto other_content = with_key(1, 2);
    other_content.extras->content = std::move(with_content(3).extras->content);
    BOOST_TEST(admit(other_content) == make_error_code(errc::key_conflict));
    auto other_key = with_key(4);
    other_key.extras->content = std::move(with_content(2).extras->content);
    BOOST_TEST(admit(other_key) == make_error_code(errc::duplicate_key));
    BOOST_TEST(core.first_request({&other_key, 1})->answer == "first");
}

// Neither kind of key crowds out the other, and a restart changes nothing about it.
BOOST_AUTO_TEST_CASE(callers_keys_and_contents_have_a_bound_each) {
    auto const end_now = [&](new_task&& task) {
        accept(std::move(task));
        deliver(take_one());
        pass(1s);
    };
    auto lasting = [&](std::uint8_t key) {
        auto task = with_content(key);
        task.extras->content->lifetime = 24h * 31;
        return task;
    };
    end_now(with_content(1));
    end_now(with_key(1));
    for (std::uint8_t key = 10; key < 13; ++key)
        end_now(with_key(key));
    BOOST_TEST(admit(with_content(1)) == make_error_code(errc::duplicate_key));
    BOOST_TEST(!admit(with_key(1))); // was the oldest of four
    for (std::uint8_t key = 10; key < 14; ++key)
        end_now(lasting(key));
    BOOST_TEST(admit(with_key(12, 2)) == make_error_code(errc::key_conflict));
    BOOST_TEST(!admit(lasting(10)));              // was the oldest of four, as content 1 was
    BOOST_TEST(core.counts().content_keys == 4u); // and the one that was admitted just now

    release_count other_released;
    auto const other = replayed(other_released);
    other->start(now);
    auto const other_says = [&](new_task const& task) {
        auto const result = other->admit({&task, 1}, now);
        return result ? boost::system::error_code() : result.error();
    };
    BOOST_TEST(other_says(with_key(10)) == make_error_code(errc::duplicate_key));
    BOOST_TEST(other_says(lasting(11)) == make_error_code(errc::duplicate_key));
    BOOST_TEST(!other_says(with_content(1)));
}

BOOST_AUTO_TEST_CASE(reports_to_come_are_counted_from_admission_to_the_end) {
    lane_options once;
    once.retry.max_attempts = 1;
    configure(once);
    std::vector<new_task> refused;
    refused.push_back(told());
    BOOST_REQUIRE(core.admit(refused, now).has_value());
    BOOST_TEST((core.reports_to_come() == of_told(1)));
    core.abandon(refused);
    BOOST_TEST((core.reports_to_come() == of_told(0)));
    accept(told());
    accept(told());
    accept();
    BOOST_TEST((core.reports_to_come() == of_told(2)));
    BOOST_TEST((replayed(released)->reports_to_come() == of_told(2)));
    auto const attempts = take();
    deliver(attempts[0]);
    BOOST_TEST((core.reports_to_come() == of_told(1)));
    fail(attempts[1]); // it may be sent again, and end once more
    BOOST_TEST((core.reports_to_come() == of_told(1)));
    carry_out(core.purge(attempts[1].id));
    BOOST_TEST((core.reports_to_come() == of_told(0)));
}

BOOST_AUTO_TEST_CASE(payloads_have_a_limit_of_their_own) {
    auto const two = several(2, 40);
    BOOST_TEST(!admit(two));
    auto const more = several(1, 21);
    BOOST_TEST(admit(more) == make_error_code(errc::memory_full));
    auto const fits = several(1, 20);
    BOOST_TEST(!admit(fits));
    core.abandon(two);
    BOOST_TEST(!admit(several(1, 80)));
}

BOOST_AUTO_TEST_CASE(finished_and_dead_tasks_make_room) {
    lane_options o;
    o.retry.max_attempts = 1;
    configure(o);
    for (int i = 0; i < 3; ++i)
        accept();
    BOOST_TEST(admit(make()) == make_error_code(errc::queue_full));
    auto const due = take();
    deliver(due[0]);
    fail(due[1]);
    accept();
    accept();
    BOOST_TEST(admit(make()) == make_error_code(errc::queue_full));
}

BOOST_AUTO_TEST_CASE(a_repeated_request_is_told_apart_by_its_key) {
    new_task first = with_key(1);
    BOOST_TEST(!admit(first));
    BOOST_TEST(admit(with_key(1)) == make_error_code(errc::key_in_progress));
    core.abandon({&first, 1});
    accept(std::move(first));
    BOOST_TEST(admit(with_key(1)) == make_error_code(errc::duplicate_key));
    BOOST_TEST(admit(with_key(1, 2)) == make_error_code(errc::key_conflict));
    BOOST_TEST(first_answer(with_key(1)) == "202");
    BOOST_TEST(first_answer(with_key(2)) == "unknown");
    deliver(take_one()); // also after the task has gone
    BOOST_TEST(admit(with_key(1)) == make_error_code(errc::duplicate_key));
    BOOST_TEST(core.counts().idempotency_keys == 1u);
    pass(24h);
    BOOST_TEST(!admit(with_key(1)));
}

BOOST_AUTO_TEST_CASE(a_duplicate_is_answered_also_when_the_queue_is_full) {
    accept(with_key(1));
    accept();
    accept();
    BOOST_TEST(admit(with_key(1)) == make_error_code(errc::duplicate_key));
}

BOOST_AUTO_TEST_CASE(a_refused_call_leaves_its_key_free) {
    std::vector<new_task> tasks = several(4, 1);
    tasks[0] = with_key(1);
    BOOST_TEST(admit(tasks) == make_error_code(errc::queue_full));
    BOOST_TEST(!admit(with_key(1)));
}

BOOST_AUTO_TEST_CASE(a_key_from_the_history_is_known) {
    auto kept = with_key(9);
    kept.extras->content = std::move(with_content(9).extras->content);
    core.restore_keys(*kept.extras, now.wall);
    BOOST_TEST(first_answer(with_key(9)) == "202");
    BOOST_TEST(admit(with_content(9)) == make_error_code(errc::duplicate_key));
}

BOOST_AUTO_TEST_CASE(payloads_of_far_off_tasks_leave_memory) {
    task_id const far = accept(60'001ms);
    BOOST_TEST(core.counts().payload_bytes == 0u);
    task_id const near = accept(60s);
    BOOST_TEST(core.counts().payload_bytes == 7u);
    pass(60'001ms);
    auto const due = take();
    BOOST_REQUIRE(due.size() == 2u);
    BOOST_TEST((due[0].id == near));
    BOOST_TEST(due[0].payload.view() == "payload");
    BOOST_TEST((due[1].id == far));
    BOOST_TEST(due[1].payload.view() == "read");
}

BOOST_AUTO_TEST_CASE(a_task_whose_payload_is_read_back_costs_its_lane_nothing_meanwhile) {
    lane_options o;
    o.rate = 1;
    o.period = 1s;
    o.concurrency = 1;
    configure(o);
    task_id const far = accept(2min);
    pass(2min);
    std::vector<attempt> due;
    std::vector<record> expired;
    core.take_due(now, 10, due, expired);
    BOOST_TEST(due.empty());
    BOOST_TEST((state_of(far) == task_state::ready));
    BOOST_TEST(core.view(lane()).in_flight == 0u);
    BOOST_TEST(!core.next_wakeup(now).has_value()); // the disk must answer first
    std::vector<engine::unread> unread;
    core.take_unread(unread);
    BOOST_REQUIRE(unread.size() == 1u);
    BOOST_TEST((unread[0].id == far));
    BOOST_TEST(unread[0].where.length == 7u);
    task_id const near = accept();
    core.take_due(now, 10, due, expired);
    BOOST_REQUIRE(due.size() == 1u); // it has the token
    BOOST_TEST((due[0].id == near));
    deliver(due[0]);
    core.payload_read(unread[0], shared_bytes("read"), now);
    pass(1s);
    BOOST_TEST((take_one().id == far));
}

BOOST_FIXTURE_TEST_CASE(tasks_that_were_read_back_go_in_their_order_whatever_the_disk_did,
                        engine_fixture) {
    std::vector<task_id> expected;
    for (int i = 0; i < 200; ++i)
        expected.push_back(accept(2min));
    pass(2min);
    std::vector<task_id> sent;
    while (sent.size() < expected.size()) {
        std::vector<attempt> due;
        std::vector<record> expired;
        core.take_due(now, 100, due, expired);
        for (attempt const& a : due) {
            sent.push_back(a.id);
            deliver(a);
        }
        std::vector<engine::unread> unread;
        core.take_unread(unread);
        BOOST_TEST_REQUIRE(unread.size() <= 64u);
        BOOST_TEST_REQUIRE((!due.empty() || !unread.empty()));
        for (auto each = unread.rbegin(); each != unread.rend(); ++each)
            core.payload_read(*each, shared_bytes("read"), now);
    }
    BOOST_TEST((sent == expected));
}

BOOST_AUTO_TEST_CASE(a_task_that_was_cancelled_while_its_payload_was_read_stays_cancelled) {
    task_id const far = accept(2min);
    pass(2min);
    std::vector<attempt> due;
    std::vector<record> expired;
    std::vector<engine::unread> unread;
    core.take_due(now, 10, due, expired);
    core.take_unread(unread);
    carry_out(core.cancel(far, "op", now));
    task_id const other = accept(); // may take the same slot
    core.payload_read(unread.at(0), shared_bytes("read"), now);
    BOOST_TEST((take_ids() == std::vector{other}));
    BOOST_TEST(!core.find(far).has_value());
}

BOOST_AUTO_TEST_CASE(a_payload_that_cannot_be_read_ends_its_task_unless_it_was_copied_forward) {
    task_id const far = accept(2min);
    pass(2min);
    std::vector<attempt> due;
    std::vector<record> expired;
    std::vector<engine::unread> unread;
    core.take_due(now, 10, due, expired);
    core.take_unread(unread);
    core.moved(far, {2, 7, 10});
    BOOST_TEST(!core.payload_lost(unread.at(0), "gone", now).has_value());
    unread.clear();
    core.take_unread(unread);
    BOOST_REQUIRE(unread.size() == 1u);
    BOOST_TEST(unread[0].where.segment == 2u);
    auto end = core.payload_lost(unread[0], "bad checksum", now);
    BOOST_REQUIRE(end.has_value());
    happen(std::move(*end));
    BOOST_TEST(dead_reason(far) == "the message cannot be read back: bad checksum");
}

BOOST_AUTO_TEST_CASE(payloads_leave_memory_when_it_is_half_full) {
    for (milliseconds const delay : {0ms, 0ms}) {
        new_task task = make(delay);
        task.payload = shared_bytes(std::string(40, 'x'));
        accept(std::move(task));
    }
    BOOST_TEST(core.counts().payload_bytes == 40u);
}

BOOST_AUTO_TEST_CASE(payloads_that_are_kept_nowhere_else_stay_in_memory) {
    segment = 0;
    accept(1h);
    BOOST_TEST(core.counts().payload_bytes == 7u);
    pass(1h);
    attempt const a = take_one();
    BOOST_TEST(a.payload.view() == "payload");
}

BOOST_AUTO_TEST_CASE(a_task_that_waits_long_for_its_retry_leaves_memory_too) {
    lane_options o;
    o.retry.schedule = {1h};
    o.retry.max_attempts = 9;
    configure(o);
    accept();
    fail(take_one());
    BOOST_TEST(core.counts().payload_bytes == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace engine_admit_test
