// A directory that format version 1 wrote (commit 88acacc, killed while it ran; the zeros behind
// the last lines cut off) replays to the state that the program had, and goes on in this version.
#include "tests/queue/dispatch/loop_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace version_1_test {

namespace {

using namespace sluice::queue;
using namespace std::chrono_literals;

constexpr wall_time written{std::chrono::milliseconds{1'795'944'036'000}};

struct version_1_fixture : loop_fixture {
    version_1_fixture() {
        time.wall = written;
        std::filesystem::path const from = SLUICE_JOURNAL_OF_VERSION_1;
        for (auto const& each : std::filesystem::directory_iterator(from)) {
            std::ifstream in(each.path(), std::ios::binary);
            disk.set_content(each.path().filename(), {std::istreambuf_iterator<char>(in),
                                                      std::istreambuf_iterator<char>()});
        }
    }

    task_details details(std::string const& tail) {
        std::optional<task_details> found;
        auto const id = parse_task_id("01a2269b-" + tail).value();
        core->describe(id, [&](std::optional<task_details> d) { found = std::move(d); });
        run();
        BOOST_REQUIRE_MESSAGE(found, tail);
        return *found;
    }

    // As the program that wrote it showed them.
    void check_state() {
        auto const counts = core->state().counts();
        BOOST_TEST(counts.scheduled == 2u);
        BOOST_TEST(counts.retry_wait == 2u);
        BOOST_TEST(counts.dead == 1u);
        BOOST_TEST(counts.live() == 4u);
        BOOST_TEST(counts.idempotency_keys == 1u);
        BOOST_TEST(counts.content_keys == 1u);

        auto const scheduled = details("2dcd-7000-92e1-3bb029c41b59");
        BOOST_TEST((scheduled.state == task_state::scheduled));
        BOOST_TEST(scheduled.account == "163");
        BOOST_TEST(scheduled.not_before.time_since_epoch().count() == 1'827'480'033'741);
        auto const view = core->state().find(scheduled.id).value();
        BOOST_REQUIRE(view.extras != nullptr);
        BOOST_TEST(view.extras->order_key == "o");
        BOOST_TEST(view.extras->idempotency->answer.starts_with("tj-s"));

        auto const expires = details("2ddd-7000-9a0b-61ec9a74514c");
        BOOST_TEST(expires.expires_at.time_since_epoch().count() == 1'811'808'000'000);
        BOOST_TEST(core->state().find(expires.id)->extras->callback ==
                   R"({"url":"https://example.com/told"})");

        auto const again = details("2dbd-7000-ac9e-8e39fdcc3481");
        BOOST_TEST((again.state == task_state::retry_wait));
        BOOST_TEST(again.next_attempt_at->time_since_epoch().count() == 1'795'947'633'740);
        BOOST_REQUIRE_EQUAL(again.notes.size(), 1u);
        BOOST_TEST(again.notes.front().status == 500);
        BOOST_TEST(again.notes.front().response == "told");

        auto const dead = details("2d89-7000-b0d2-4c35234ffd8d");
        BOOST_TEST((dead.state == task_state::dead));
        BOOST_TEST(dead.reason == "answered 404");
        BOOST_TEST((details("2d64-7000-9dfa-82777b02c774").state == task_state::delivered));
        BOOST_TEST((details("2e0d-7000-a99c-8217ff20a9a0").state == task_state::delivered));
        auto const cancelled = details("2df1-7000-b899-0e7be5e4d8cf");
        BOOST_TEST((cancelled.state == task_state::cancelled));
        BOOST_TEST(cancelled.reason == "the caller");

        auto const held = core->state().view(table.lanes.find("final").value());
        BOOST_TEST(held.is_paused);
        BOOST_TEST(held.by == "an operator at 127.0.0.1");
        auto const busy = core->state().pace(table.lanes.find("busy").value(), now());
        BOOST_TEST(busy.gate_until->time_since_epoch().count() == 1'795'947'033'740);
        BOOST_TEST(!busy.probe_at.has_value());
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(journal_version_1, version_1_fixture)

BOOST_AUTO_TEST_CASE(it_replays_to_the_same_state_and_goes_on) {
    // The gates of a lane that is not configured are closed no longer than the default allows.
    restart();
    check_state();
    auto const fresh = submit();
    run();
    pass(50ms);
    BOOST_TEST(!answer_of(fresh).value());
    answer_all(verdict::delivered, 204);
    pass(50ms);
    restart();
    check_state();
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace version_1_test
