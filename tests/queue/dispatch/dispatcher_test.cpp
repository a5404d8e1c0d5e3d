// What callers and operators are answered while the disk misbehaves.
#include "queue/core/error.hpp"
#include "queue/dispatch/bulk.hpp"
#include "tests/queue/dispatch/loop_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <functional>
#include <utility>

namespace dispatcher_test {

using namespace sluice::queue;
using namespace std::chrono_literals;

namespace {

using error = boost::system::error_code;

struct fixture : loop_fixture {
    fixture() {
        crm.retry.max_attempts = 1;
        restart();
    }
    lane_id lane() { return table.lanes.intern("crm"); }
    void hold() { BOOST_REQUIRE(pause(true) == error()); }
    std::optional<error> pause(bool on) {
        return ask([&](dispatcher& d, done_handler done) {
            d.change_lane(lane(), on, "op", std::move(done));
        });
    }
    std::optional<error> cancel(task_id id) {
        return ask([&](dispatcher& d, done_handler done) { d.cancel(id, "op", std::move(done)); });
    }
    std::optional<error> redrive(task_id id) {
        return ask(
            [&](dispatcher& d, done_handler done) { d.redrive(id, "anna", std::move(done)); });
    }
    std::optional<error> purge(task_id id) {
        return ask([&](dispatcher& d, done_handler done) { d.purge(id, std::move(done)); });
    }
    task_details describe(task_id id) {
        std::optional<task_details> told;
        core->describe(id, [&](std::optional<task_details> task) { told = std::move(task); });
        run();
        BOOST_REQUIRE(told.has_value());
        return *told;
    }
    std::vector<std::uint32_t> numbers_of_attempts(task_id id) {
        std::vector<std::uint32_t> numbers;
        for (auto const& note : describe(id).notes)
            numbers.push_back(note.number);
        return numbers;
    }
    bulk_counts cancel_all(std::vector<task_id> const& ids) {
        bulk_counts counts;
        apply_to(*core, bulk_action::cancel, ids, "op", [&](bulk_counts c) { counts = c; });
        run();
        return counts;
    }
};

// Reports whose payload is what `write` makes of how the task ended.
struct made_reports final : outcome_reporter {
    using writer = std::function<std::string(task_details const&)>;
    made_reports(lane_id to, writer write_body)
        : lane(to)
        , write(std::move(write_body)) {}
    std::optional<new_task> make_report(task_details const& ended, account_id account,
                                        std::string_view, task_id id) const override {
        new_task report;
        report.id = id;
        report.lane = lane;
        report.account = account;
        report.accepted_at = report.not_before = ended.finished_at.value_or(ended.accepted_at);
        report.payload = shared_bytes(write(ended));
        return report;
    }

    lane_id lane;
    writer write;
};

// Larger than what is left on a disk that is nearly full.
std::string large_report(task_details const&) {
    return std::string(30'000, 'r');
}

// As long as what was answered to the attempts that it shows.
std::string report_with_answers(task_details const& ended) {
    std::string body = "ended";
    for (auto const& note : ended.notes)
        body += note.response;
    return body;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(dispatcher_, fixture)

BOOST_AUTO_TEST_CASE(each_verb_is_answered_when_it_is_on_the_disk) {
    auto const dead = submit();
    run();
    answer_all(verdict::retry, 500);
    BOOST_TEST((core->state().find(dead)->state == task_state::dead));
    hold();
    auto const id = submit();
    run();
    BOOST_TEST((answer_of(id) == error()));
    BOOST_TEST((cancel(id) == error()));
    BOOST_TEST((redrive(dead) == error()));
    BOOST_TEST((purge(dead) == make_error_code(errc::wrong_state)));
    restart();
    BOOST_TEST(!core->state().find(id));
    BOOST_TEST(core->state().view(lane()).is_paused);
    BOOST_TEST((core->state().find(dead)->state != task_state::dead));
}

BOOST_AUTO_TEST_CASE(attempts_are_numbered_through_over_a_redrive) {
    using numbers = std::vector<std::uint32_t>;
    auto const id = submit();
    run();
    for (std::uint32_t life = 1; life <= 2; ++life) {
        answer_all(verdict::retry, 500);
        BOOST_TEST((describe(id).state == task_state::dead));
        pass(1s);
        BOOST_TEST((redrive(id) == error()));
    }
    BOOST_TEST((numbers_of_attempts(id) == numbers{1, 2}));
    answer_all(verdict::delivered, 200);
    auto const ended = describe(id);
    BOOST_TEST((ended.state == task_state::delivered));
    BOOST_TEST((numbers_of_attempts(id) == numbers{1, 2, 3}));
    BOOST_TEST(ended.notes.back().status == 200u);
    pass(1s); // its end rides with the next batch
    restart();
    BOOST_TEST(numbers_of_attempts(id) == (numbers{1, 2, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_task_is_described_with_what_holds_it) {
    hold();
    auto const id = submit();
    run();
    auto const held = describe(id).held;
    BOOST_REQUIRE(held.size() == 1u);
    BOOST_TEST((held[0].kind == hold_reason::paused));
    BOOST_TEST(held[0].by == "op");
    BOOST_TEST((pause(false) == error()));
    BOOST_TEST(describe(id).held.empty());
}

BOOST_AUTO_TEST_CASE(after_a_failed_sync_no_verb_says_that_it_was_done) {
    auto const dead = submit();
    run();
    answer_all(verdict::retry, 500);
    hold();
    auto const first = submit();
    auto const second = submit();
    auto const third = submit();
    run();
    auto const unknown = make_error_code(errc::outcome_unknown);
    disk.fail_sync(1);
    BOOST_TEST((cancel(first) == unknown)); // it waited for that sync
    BOOST_TEST(must_end);
    BOOST_TEST((cancel(second) == unknown));
    BOOST_TEST((redrive(dead) == unknown));
    BOOST_TEST((purge(dead) == unknown));
    BOOST_TEST((pause(false) == unknown));
    BOOST_TEST((cancel_all({third}) == bulk_counts{.done = 0, .refused = 0, .unknown = 1}));
    auto const late = submit();
    run();
    BOOST_TEST((answer_of(late) == unknown));
    // What was not written did not happen in memory either.
    BOOST_TEST(core->state().find(second).has_value());
    BOOST_TEST((core->state().find(dead)->state == task_state::dead));
    BOOST_TEST(core->state().view(lane()).is_paused);
    restart();
    BOOST_TEST(core->state().find(second).has_value());
    BOOST_TEST(core->state().find(third).has_value());
}

BOOST_AUTO_TEST_CASE(calls_that_wait_for_a_segment_are_answered_within_a_second) {
    hold();
    disk.fail_creation({EMFILE, boost::system::system_category()});
    std::vector<task_id> ids;
    for (int i = 0; i < 200; ++i) {
        ids.push_back(submit(std::string(1000, 'x')));
        run();
    }
    pass(1s);
    std::size_t taken = 0;
    for (auto const& id : ids) {
        auto const answer = answer_of(id);
        BOOST_REQUIRE(answer.has_value());
        if (!*answer) ++taken;
        if (*answer) BOOST_TEST((*answer == make_error_code(errc::disk_full)));
    }
    BOOST_TEST(taken > 30u);
    BOOST_TEST(taken < 200u);
    BOOST_TEST((failures == std::vector<std::string>{"open"}));
    BOOST_TEST(!must_end);
    disk.fail_creation({});
    pass(500ms);
    BOOST_TEST(recoveries == 1);
    auto const late = submit();
    run();
    BOOST_TEST((answer_of(late) == error()));
    auto const known = core->state().counts().ready + core->state().counts().scheduled;
    BOOST_TEST(known == taken + 1);
    restart();
    BOOST_TEST(core->state().counts().live() == taken + 1);
}

BOOST_AUTO_TEST_CASE(a_call_that_waits_for_its_twin_waits_no_longer_than_a_call) {
    options.answer_within = 2s;
    restart();
    hold();
    is_away = true;
    auto const first = submit_once("one");
    auto const second = submit_once("one");
    pass(1900ms);
    BOOST_TEST(!answer_of(first));
    BOOST_TEST(!answer_of(second));
    pass(200ms);
    BOOST_TEST((answer_of(first) == make_error_code(errc::outcome_unknown)));
    BOOST_TEST((answer_of(second) == make_error_code(errc::store_away)));
    is_away = false;
    run();
    auto const third = submit_once("one"); // the first was written after all
    run();
    BOOST_TEST((answer_of(third) == make_error_code(errc::duplicate_key)));
    BOOST_TEST(core->state().counts().live() == 1u);
}

// Who asks which keys a log has is answered before a limit lets any of them go.
BOOST_AUTO_TEST_CASE(every_key_of_the_log_is_known_when_it_was_read) {
    hold();
    for (auto const* const content : {"one", "two", "three"})
        submit_once(content);
    run();
    options.engine.idempotency_keys = 1;
    auto const known = [](engine const& read) {
        std::size_t count = 0;
        for (std::string const content : {"one", "two", "three"}) {
            std::array<std::uint8_t, 16> key{};
            content.copy(reinterpret_cast<char*>(key.data()), key.size());
            count += read.known_key(key, true) != nullptr;
        }
        return count;
    };
    std::size_t seen = 0;
    when_read = [&](engine const& read) {
        seen = known(read);
        return error();
    };
    restart();
    BOOST_TEST(seen == 3u);
    BOOST_TEST(known(core->state()) == 1u);
}

BOOST_AUTO_TEST_CASE(while_a_report_waits_for_room_no_new_work_takes_it) {
    made_reports const reports(table.lanes.intern("callback:163"), large_report);
    auto const waiting = [&] { return core->state().view(reports.lane).ready; };
    crm.concurrency = 1;
    options.journal.limit = 1 << 20;
    restart();
    core->set_reporter(&reports);
    submit("x", "told");
    run();
    auto const full = make_error_code(errc::disk_full);
    int taken = 0;
    for (bool is_full = false; !is_full && taken < 200; ++taken) {
        auto const id = submit(std::string(19'000, 'x'));
        run();
        is_full = answer_of(id) == full;
    }
    BOOST_REQUIRE(taken < 200);
    auto const small = submit();
    run();
    BOOST_TEST((answer_of(small) == error())); // what is left is room for this
    answer_all(verdict::delivered, 204);
    run();
    BOOST_TEST(waiting() == 0u);
    auto const late = submit();
    run();
    BOOST_TEST((answer_of(late) == full));
    for (int i = 0; i < taken && waiting() == 0; ++i) {
        answer_all(verdict::delivered, 204);
        pass(50ms);
    }
    BOOST_TEST(waiting() == 1u);
    bool is_taken = false;
    for (int i = 0; i < taken && !is_taken; ++i) {
        answer_all(verdict::delivered, 204);
        pass(500ms); // the room that a delivered task gives back is counted after a while
        auto const again = submit();
        run();
        is_taken = answer_of(again) == error();
    }
    BOOST_TEST(is_taken);
    pass(50ms);
    restart();
    run();
    BOOST_TEST(waiting() == 1u);
}

BOOST_AUTO_TEST_CASE(on_a_full_disk_reports_go_into_the_room_that_was_kept_for_them) {
    made_reports const reports(table.lanes.intern("callback:163"), report_with_answers);
    auto const waiting = [&] { return core->state().view(reports.lane).ready; };
    auto const told = 5u; // more than what is left would hold
    crm.concurrency = told;
    options.journal.limit = 1 << 20;
    restart();
    core->set_reporter(&reports);
    for (auto i = 0u; i < told; ++i)
        submit("x", "told");
    run();
    auto const full = make_error_code(errc::disk_full);
    for (std::size_t size : {20'000, 1'000, 1}) {
        int taken = 0;
        for (bool is_full = false; !is_full; ++taken) {
            BOOST_REQUIRE(taken < 1000);
            auto const id = submit(std::string(size, 'x'));
            run();
            is_full = answer_of(id) == full;
        }
    }
    BOOST_TEST(waiting() == 0u);
    outcome result;
    result.verdict = verdict::delivered;
    result.status = 200;
    result.response = std::string(1000, 'a');
    answer_all(result);
    pass(50ms); // ends wait a moment for company
    BOOST_TEST(waiting() == told);
    // What was written and not only kept in memory:
    restart();
    BOOST_TEST(waiting() == told);
}

BOOST_AUTO_TEST_CASE(a_clock_that_jumps_ahead_for_seconds_destroys_no_dead_letter) {
    auto const dead = submit();
    run();
    answer_all(verdict::retry, 500);
    time.wall += 40 * 24h;
    pass(3s);
    BOOST_TEST(core->state().find(dead).has_value());
    restart(); // also where the start sees the wrong time
    pass(3s);
    BOOST_TEST(core->state().find(dead).has_value());
    BOOST_TEST(core->state().counts().dead == 1u);
}

BOOST_AUTO_TEST_CASE(a_task_that_ended_is_described_out_of_the_history) {
    auto const id = submit();
    run();
    answer_all(verdict::delivered, 204);
    BOOST_TEST(!core->state().find(id));
    pass(50ms); // ends ride with a batch, 10 ms later at the most
    restart();
    std::optional<task_details> found;
    core->describe(id, [&](std::optional<task_details> d) { found = std::move(d); });
    run();
    BOOST_REQUIRE(found);
    BOOST_TEST((found->state == task_state::delivered));
}

// Lanes are numbered by each gateway in its own way: another's end says nothing of ours.
BOOST_AUTO_TEST_CASE(the_end_of_an_adopted_task_closes_no_gate) {
    foreign_task task;
    task.lane = "erp";
    task.account = "shop";
    task.what.task.id = task_id_generator(9).next(time.wall);
    task.what.task.accepted_at = task.what.task.not_before = time.wall;
    task.end.emplace();
    task.end->id = task.what.task.id;
    task.end->state = task_state::delivered;
    task.end->at = time.wall;
    task.end->gate = {lane(), time.wall + 1h};
    foreign_slice slice;
    slice.mark = {7, 2, 0};
    slice.tasks.push_back(std::move(task));
    BOOST_TEST((ask([&](dispatcher& d, done_handler done) {
                    d.adopt(std::move(slice), std::move(done));
                }) == error()));
    restart();
    BOOST_TEST(!core->state().pace(lane(), time).gate_until);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace dispatcher_test
