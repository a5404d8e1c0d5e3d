// How two stands of a destination add up, and what the engine makes of them.
#include "queue/core/lane_stand.hpp"
#include "tests/queue/core/engine_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::queue::lane_stand_test {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

lane_stand stand(std::uint64_t version, bool is_paused, bool is_disabled, std::string by = "") {
    return {"crm", version, is_paused, is_disabled, std::move(by)};
}

std::string text(lane_stand const& s) {
    return std::to_string(s.version) + (s.is_paused ? " paused" : "") +
           (s.is_disabled ? " disabled" : "");
}

std::string sum(lane_stand one, lane_stand const& other) {
    merge_switch(one, other);
    return text(one);
}

// Every stand that two versions can have.
std::vector<lane_stand> all_stands() {
    std::vector<lane_stand> all;
    for (std::uint64_t version = 0; version < 3; ++version)
        for (int flags = 0; flags < 4; ++flags)
            all.push_back(stand(version, (flags & 1) != 0, (flags & 2) != 0));
    return all;
}

struct fixture : test::engine_fixture {
    fixture() { configure({}); }
    // As a row of the table, or a dead member's log, comes in.
    bool add(lane_stand const& s, milliseconds gate = 0ms) {
        lane_changed theirs;
        theirs.lane = lane();
        theirs.version = s.version;
        theirs.is_paused = s.is_paused;
        theirs.is_disabled = s.is_disabled;
        theirs.by = s.by;
        if (gate > 0ms) theirs.gate_until = now.wall + gate;
        theirs.gate_by = "answered 429";
        auto change = core.adopted_lane(std::move(theirs), now);
        if (!change) return false;
        happen(record(std::move(*change)));
        return true;
    }
    std::string stands() {
        auto const view = core.view(lane());
        return text(stand(view.version, view.is_paused, view.is_disabled));
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(lane_stands)

BOOST_AUTO_TEST_CASE(a_higher_version_counts_and_within_one_whoever_holds_more) {
    BOOST_TEST(sum(stand(4, true, false), stand(5, false, false)) == "5");
    BOOST_TEST(sum(stand(5, false, false), stand(4, true, true)) == "5");
    BOOST_TEST(sum(stand(5, false, false), stand(5, false, true)) == "5 disabled");
    BOOST_TEST(sum(stand(5, true, false), stand(5, false, true)) == "5 paused disabled");
    auto who = stand(0, false, false);
    BOOST_TEST(merge_switch(who, stand(0, false, true, "answered 410")));
    BOOST_TEST(who.by == "answered 410");
    BOOST_TEST(!merge_switch(who, stand(0, false, true, "another")));
    BOOST_TEST(who.by == "answered 410");
}

BOOST_AUTO_TEST_CASE(the_order_and_repetition_of_sums_do_not_matter) {
    for (auto const& a : all_stands()) {
        for (auto const& b : all_stands()) {
            BOOST_TEST(sum(a, b) == sum(b, a));
            auto once = a;
            merge_switch(once, b);
            BOOST_TEST(sum(once, b) == text(once));
            for (auto const& c : all_stands()) {
                auto right = b;
                merge_switch(right, c);
                BOOST_TEST(sum(once, c) == sum(a, right));
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(lane_versions, fixture)

BOOST_AUTO_TEST_CASE(an_old_pause_is_not_revived_and_a_new_one_not_lifted) {
    BOOST_TEST(add(stand(7, false, false)));
    BOOST_TEST(!add(stand(6, true, false, "an old log")));
    BOOST_TEST(stands() == "7");
    BOOST_TEST(add(stand(8, true, false, "alice")));
    BOOST_TEST(core.view(lane()).by == "alice");
    BOOST_TEST(!add(stand(7, false, false)));
    BOOST_TEST(!add(stand(8, true, false, "alice"))); // nothing new
    BOOST_TEST(stands() == "8 paused");
}

// A log of before has no versions: it counts as long as nobody has moved the switch since.
BOOST_AUTO_TEST_CASE(a_record_without_a_version_loses_against_any) {
    BOOST_TEST(add(stand(0, true, false, "an old log")));
    BOOST_TEST(stands() == "0 paused");
    BOOST_TEST(add(stand(1, false, false)));
    BOOST_TEST(!add(stand(0, true, false, "another old log")));
    lane_changed old;
    old.lane = lane();
    old.is_paused = true;
    happen(record(std::move(old)));
    BOOST_TEST(stands() == "1");
}

BOOST_AUTO_TEST_CASE(a_replayed_log_tells_the_highest_version_it_has_seen) {
    for (std::uint64_t const version : {3, 5, 4}) {
        lane_changed r;
        r.lane = lane();
        r.version = version;
        r.is_paused = version != 5;
        happen(record(std::move(r)));
    }
    auto const other = replayed(released);
    BOOST_TEST(!other->view(lane()).is_paused);
    BOOST_TEST(other->view(lane()).version == 5U);
}

BOOST_AUTO_TEST_CASE(a_410_disables_within_the_version_that_is_known) {
    add(stand(4, false, false));
    accept();
    auto gone = failed(410);
    gone.disables_lane = true;
    end(take_one(), std::move(gone));
    BOOST_TEST(stands() == "4 disabled");
    add(stand(5, false, false));
    BOOST_TEST(stands() == "5");
}

BOOST_AUTO_TEST_CASE(a_gate_is_closed_until_the_later_moment_whatever_the_versions) {
    add(stand(9, false, false), 10s);
    BOOST_TEST(!add(stand(1, false, false), 5s));
    BOOST_TEST(add(stand(1, true, false), 20s));
    BOOST_TEST(stands() == "9");
    BOOST_TEST((core.pace(lane(), now).gate_until == now.wall + 20s));
    accept();
    BOOST_TEST(take().empty());
    pass(20s);
    BOOST_TEST(take().size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_answer_that_closes_the_gate_says_so_once) {
    accept();
    accept();
    auto const both = take();
    BOOST_REQUIRE(both.size() == 2U);
    auto const says = [&](attempt const& a, milliseconds wait) {
        auto busy = failed(429);
        busy.retry_after = wait;
        return core.complete(a, std::move(busy), now).closes_gate;
    };
    BOOST_TEST(says(both[0], 5s));
    BOOST_TEST(!says(both[1], 4s));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::lane_stand_test
