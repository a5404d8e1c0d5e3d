// Breaks that are planned for later: kept, never carried out early, counted from their own time.
#include "tests/gateway/tables/backend_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace sluice::gateway::tables::test::table_planned_breaks_test {

namespace {

constexpr auto changed = change_outcome::changed;
constexpr auto unchanged = change_outcome::unchanged;

bool is(result<change_outcome> const& got, change_outcome expected) {
    return got && *got == expected;
}

struct planning : backend_fixture {
    planning() {
        BOOST_REQUIRE(!open());
        configure();
    }
    void configure() { tables->configure_agents({{"163", {"1", "2"}}}); }

    result<change_outcome> plan(bool on, wall_time due, std::string const& cli = "1",
                                break_source source = break_source::webhook) {
        break_change change{"163", cli, on, due, source};
        return ask<change_outcome>(
            [&](auto done) { tables->plan_break(std::move(change), inbox, std::move(done)); });
    }
    result<change_outcome> settle(wall_time now) {
        return ask<change_outcome>(
            [&](auto done) { tables->settle_breaks(now, inbox, std::move(done)); });
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(table_planned_breaks, planning)

BOOST_AUTO_TEST_CASE(a_change_waits_for_its_time) {
    BOOST_TEST((tables->next_planned() == queue::never));
    BOOST_TEST(is(plan(true, at(100)), changed));
    BOOST_TEST((tables->next_planned() == at(100)));
    BOOST_TEST(is(plan(true, at(60), "2"), changed));
    BOOST_TEST((tables->next_planned() == at(60)));
    BOOST_TEST(is(settle(at(60) - 1ms), unchanged));
    BOOST_TEST(breaks("2").empty());
    BOOST_TEST(is(settle(at(60)), changed));
    BOOST_TEST(breaks("2") == "60-");
    BOOST_TEST(breaks("1").empty());
    BOOST_TEST((tables->next_planned() == at(100)));
    BOOST_TEST(is(settle(at(101)), changed));
    BOOST_TEST(breaks("1") == "100-");
    BOOST_TEST((tables->next_planned() == queue::never));
    BOOST_TEST(is(settle(at(200)), unchanged));
}

BOOST_AUTO_TEST_CASE(what_fell_due_while_nothing_ran_counts_from_its_own_time) {
    plan(true, at(100), "1", break_source::admin).value();
    plan(false, at(160)).value();
    plan(true, at(900)).value();
    reopen_copy();
    configure();
    BOOST_TEST((tables->next_planned() == at(100)));
    BOOST_TEST(breaks().empty());
    BOOST_TEST(is(settle(at(500)), changed));
    BOOST_TEST(breaks() == "100-160");
    BOOST_TEST((tables->breaks("163", at(0), at(999), {}).at(0).breaks.at(0).source ==
                break_source::admin));
    reopen_copy();
    configure();
    BOOST_TEST(breaks() == "100-160");
    BOOST_TEST((tables->next_planned() == at(900)));
}

BOOST_AUTO_TEST_CASE(what_is_due_goes_before_a_later_set) {
    plan(true, at(100)).value();
    // Nobody has settled yet.
    BOOST_TEST(is(set_break(false, at(150)), changed));
    BOOST_TEST(breaks() == "100-150");
    BOOST_TEST(is(settle(at(200)), unchanged));
    BOOST_TEST(breaks() == "100-150");
}

BOOST_AUTO_TEST_CASE(a_later_set_takes_back_what_is_not_due_yet) {
    plan(true, at(100)).value();
    plan(false, at(160)).value();
    plan(true, at(100), "2").value();
    // Also one that changes nothing by itself.
    BOOST_TEST(is(set_break(false, at(50)), unchanged));
    BOOST_TEST((tables->next_planned() == at(100))); // the other agent's
    BOOST_TEST(is(settle(at(200)), changed));
    BOOST_TEST(breaks() == "");
    BOOST_TEST(breaks("2") == "100-");
    BOOST_TEST((tables->next_planned() == queue::never));
}

BOOST_AUTO_TEST_CASE(what_is_carried_out_takes_nothing_back) {
    plan(true, at(100)).value();
    plan(false, at(160)).value();
    settle(at(100)).value();
    BOOST_TEST((tables->next_planned() == at(160)));
    settle(at(160)).value();
    BOOST_TEST(breaks() == "100-160");
}

BOOST_AUTO_TEST_CASE(plans_are_listed_and_taken_back) {
    auto const listed = [this] {
        std::string text;
        auto const all = ask<std::vector<break_change>>(
            [&](auto done) { tables->list_planned("163", "1", inbox, std::move(done)); });
        for (auto const& each : all.value()) {
            text += (each.on_break ? "on " : "off ") +
                    std::to_string((each.at - at(0)) / std::chrono::seconds(1)) + ' ';
        }
        return text;
    };
    BOOST_TEST(listed() == "");
    plan(false, at(160)).value();
    plan(true, at(100)).value();
    plan(true, at(70), "2").value();
    BOOST_TEST(listed() == "on 100 off 160 ");
    auto const cancel = [this] {
        return ask<std::size_t>(
                   [&](auto done) { tables->cancel_planned("163", "1", inbox, std::move(done)); })
            .value();
    };
    BOOST_TEST(cancel() == 2U);
    BOOST_TEST(cancel() == 0U);
    BOOST_TEST(listed() == "");
    BOOST_TEST((tables->next_planned() == at(70)));
}

BOOST_AUTO_TEST_CASE(changes_of_one_time_are_carried_out_as_they_were_planned) {
    for (bool const on : {true, false, true})
        plan(on, at(100)).value();
    settle(at(100)).value();
    BOOST_TEST(breaks() == "100-100 100-");
}

BOOST_AUTO_TEST_CASE(only_agents_have_plans_and_each_a_bounded_number) {
    BOOST_TEST(plan(true, at(100), "3").error() == errc::unknown_agent);
    for (std::size_t i = 0; i < max_planned_breaks; ++i) {
        BOOST_REQUIRE(is(plan(i % 2 == 0, at(100)), changed));
    }
    BOOST_TEST(plan(true, at(100)).error() == errc::too_many_plans);
    BOOST_TEST(is(plan(true, at(100), "2"), changed));
    settle(at(100)).value();
    BOOST_TEST(is(plan(true, at(200)), changed));
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_removed_leaves_no_plan) {
    add_agent("9").value();
    plan(true, at(100), "9").value();
    remove_agent("9", at(50)).value();
    add_agent("9").value();
    BOOST_TEST(is(settle(at(100)), unchanged));
    BOOST_TEST(breaks("9").empty());
}

BOOST_AUTO_TEST_CASE(an_agent_that_the_configuration_drops_ends_its_break) {
    set_break(true, at(10)).value();
    set_break(true, at(20), "2").value();
    plan(false, at(90)).value();
    tables->configure_agents({{"163", {"2"}}});
    BOOST_TEST(is(settle(at(50)), changed));
    BOOST_TEST(breaks("1") == "10-50");
    BOOST_TEST(breaks("2") == "20-");
    BOOST_TEST(is(settle(at(90)), unchanged));
    BOOST_TEST(breaks("1") == "10-50");
}

BOOST_AUTO_TEST_CASE(more_than_fits_one_transaction_is_carried_out_in_the_next) {
    std::vector<std::string> clis;
    for (int i = 100; i < 120; ++i)
        clis.push_back(std::to_string(i));
    tables->configure_agents({{"163", clis}});
    for (auto const& cli : clis) {
        for (std::size_t i = 0; i < max_planned_breaks; ++i) {
            plan(i % 2 == 0, at(static_cast<std::int64_t>(i)), cli).value();
        }
    }
    settle(at(1'000)).value();
    BOOST_TEST((tables->next_planned() <= at(1'000)));
    settle(at(1'000)).value();
    BOOST_TEST((tables->next_planned() == queue::never));
    for (auto const& cli : clis) {
        BOOST_TEST(tables->breaks("163", at(0), at(99), cli).at(0).breaks.size() == 32U);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::tables::test::table_planned_breaks_test
