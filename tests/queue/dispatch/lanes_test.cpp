// Lanes of a cluster as the dispatcher takes them in and tells of them.
#include "tests/queue/dispatch/loop_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace lanes_test {

using namespace sluice::queue;
using namespace std::chrono_literals;

namespace {

struct fixture : loop_fixture, lane_herald {
    fixture() { begin(); }
    void begin() {
        restart();
        core->set_herald(this);
    }
    void tell(lane_stand&& stand) override { told.push_back(std::move(stand)); }
    void on_lane_changed(lane_id, std::string_view what, std::string_view why) override {
        events.push_back(std::string(what) + " by " + std::string(why));
    }
    void follow(std::string name, std::uint64_t version, bool is_paused,
                std::chrono::milliseconds gate = 0ms) {
        lane_stand row{std::move(name), version, is_paused, false, "alice"};
        row.gate_left = gate;
        row.gate_by = "answered 429";
        core->follow(std::move(row));
        run();
    }
    lane_view crm_view() { return core->state().view(*table.lanes.find("crm")); }

    std::vector<lane_stand> told;
    std::vector<std::string> events;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(lanes_of_a_cluster, fixture)

BOOST_AUTO_TEST_CASE(a_row_holds_at_once_and_after_a_restart) {
    follow("crm", 3, true);
    BOOST_TEST(crm_view().is_paused);
    BOOST_TEST(crm_view().by == "alice");
    BOOST_TEST(events == std::vector<std::string>{"paused by alice"},
               boost::test_tools::per_element());
    follow("crm", 3, true); // each look may bring it again
    BOOST_TEST(events.size() == 1U);
    BOOST_TEST(told.empty()); // the table has it
    pass(2s);                 // such a record is in no hurry
    begin();
    BOOST_TEST(crm_view().is_paused);
    BOOST_TEST(crm_view().version == 3U);
    follow("crm", 2, false);
    BOOST_TEST(crm_view().is_paused);
    follow("crm", 4, false);
    BOOST_TEST(!crm_view().is_paused);
}

BOOST_AUTO_TEST_CASE(a_row_that_changes_no_switch_is_no_event) {
    follow("crm", 5, false, 3s);
    BOOST_TEST(events.empty());
    BOOST_TEST(crm_view().version == 5U);
    submit();
    run();
    answer_all(verdict::delivered, 200); // nothing was sent
    BOOST_TEST(core->state().counts().ready == 1U);
    pass(3s);
    BOOST_TEST(core->state().counts().in_flight == 1U);
}

// A rollout: another gateway has this destination already.
BOOST_AUTO_TEST_CASE(a_destination_that_is_not_known_is_harmless_until_it_is) {
    follow("later", 4, true, 10s);
    BOOST_TEST(!table.lanes.find("later"));
    auto const lane = table.lanes.intern("later");
    core->configure({{lane, {}}}, {});
    BOOST_TEST(core->state().view(lane).is_paused);
    BOOST_TEST((core->state().pace(lane, now()).gate_until == now().wall + 10s));
}

BOOST_AUTO_TEST_CASE(what_an_answer_closes_is_told) {
    follow("crm", 3, false);
    submit();
    run();
    answer_all(verdict::retry, 503);
    BOOST_TEST(told.empty()); // it asked for nothing
    submit();
    run();
    outcome later;
    later.verdict = verdict::retry;
    later.status = 429;
    later.retry_after = 10s;
    answer_all(later);
    BOOST_REQUIRE(told.size() == 1U);
    BOOST_TEST(told[0].destination == "crm");
    BOOST_TEST((told[0].gate_left == 10s));
    BOOST_TEST(told[0].gate_by == "answered 429");
    BOOST_TEST(!told[0].is_disabled);
    pass(11s);
    outcome gone;
    gone.verdict = verdict::retry;
    gone.status = 410;
    gone.disables_lane = true;
    answer_all(gone);
    BOOST_REQUIRE(told.size() >= 2U);
    BOOST_TEST(told.back().is_disabled);
    BOOST_TEST(told.back().version == 3U); // within what this gateway knew
}

BOOST_AUTO_TEST_CASE(what_a_dead_members_log_holds_is_told_as_well) {
    foreign_lane theirs;
    theirs.lane = "crm";
    theirs.what.is_paused = true;
    theirs.what.by = "an old log";
    core->adopt(foreign_lane(theirs));
    BOOST_REQUIRE(told.size() == 1U);
    BOOST_TEST(told[0].destination == "crm");
    BOOST_TEST((told[0].is_paused && told[0].version == 0U));
    follow("crm", 1, false);
    core->adopt(std::move(theirs));
    run();
    BOOST_TEST(!crm_view().is_paused);
    BOOST_TEST(told.size() == 1U);
}

BOOST_AUTO_TEST_CASE(at_the_start_the_table_hears_what_the_log_holds) {
    foreign_lane theirs;
    theirs.lane = "crm";
    theirs.what.is_disabled = true;
    core->adopt(std::move(theirs));
    pass(2s);
    begin();
    told.clear();
    core->tell_lanes();
    BOOST_REQUIRE(told.size() == 1U);
    BOOST_TEST(told[0].is_disabled);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace lanes_test
