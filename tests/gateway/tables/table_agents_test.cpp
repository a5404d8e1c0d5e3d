// Agents and breaks through every backend: idempotent, without overlap, read back.
#include "tests/gateway/tables/backend_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

namespace sluice::gateway::tables::test::table_agents_test {

namespace {

struct two_agents : backend_fixture {
    two_agents() {
        BOOST_REQUIRE(!open());
        configure();
    }
    void configure() { tables->configure_agents({{"163", {"1", "2"}}}); }
};

constexpr auto changed = change_outcome::changed;
constexpr auto unchanged = change_outcome::unchanged;

bool is(result<change_outcome> const& got, change_outcome expected) {
    return got && *got == expected;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(table_agents, two_agents)

BOOST_AUTO_TEST_CASE(a_break_is_set_once_and_ended_once) {
    BOOST_TEST(is(set_break(false, at(0)), unchanged));
    BOOST_TEST(is(set_break(true, at(10)), changed));
    BOOST_TEST(is(set_break(true, at(11)), unchanged));
    BOOST_TEST((tables->find_agent("163", "1")->break_since == at(10)));
    BOOST_TEST(is(set_break(false, at(20)), changed));
    BOOST_TEST(is(set_break(false, at(21)), unchanged));
    BOOST_TEST(breaks() == "10-20");
    BOOST_TEST(breaks("2").empty());
}

BOOST_AUTO_TEST_CASE(an_unknown_agent_has_no_break) {
    BOOST_TEST(set_break(true, at(0), "3").error() == errc::unknown_agent);
    BOOST_TEST(breaks("3").empty());
}

BOOST_AUTO_TEST_CASE(a_clock_that_goes_back_makes_no_overlap) {
    set_break(true, at(100)).value();
    set_break(false, at(50)).value();
    BOOST_TEST(breaks() == "100-100");
    set_break(true, at(70)).value();
    set_break(false, at(130)).value();
    BOOST_TEST(breaks() == "100-100 100-130");
}

BOOST_AUTO_TEST_CASE(breaks_survive_a_kill_open_ones_too) {
    set_break(true, at(10), "1", break_source::admin).value();
    set_break(false, at(20)).value();
    set_break(true, at(30)).value();
    add_agent("9").value();
    reopen_copy();
    configure();
    BOOST_TEST(breaks() == "10-20 30-");
    BOOST_TEST((tables->breaks("163", at(0), at(99), {}).at(0).breaks.at(0).source ==
                break_source::admin));
    BOOST_TEST(tables->find_agent("163", "9").has_value());
    BOOST_TEST(is(set_break(true, at(31)), unchanged));
    BOOST_TEST(is(set_break(false, at(40)), changed));
    BOOST_TEST(breaks() == "10-20 30-40");
}

BOOST_AUTO_TEST_CASE(agents_are_added_and_removed_by_calls) {
    BOOST_TEST(is(add_agent("9"), changed));
    BOOST_TEST(is(add_agent("9"), unchanged));
    BOOST_TEST(is(add_agent("1"), unchanged)); // stands in the configuration
    BOOST_TEST(tables->agents("163").size() == 3U);
    set_break(true, at(10), "9").value();
    BOOST_TEST(is(remove_agent("9", at(30)), changed));
    BOOST_TEST(breaks("9") == "10-30");
    BOOST_TEST(!tables->find_agent("163", "9"));
    BOOST_TEST(set_break(true, at(40), "9").error() == errc::unknown_agent);
    BOOST_TEST(is(remove_agent("9", at(50)), unchanged));
    BOOST_TEST(is(remove_agent("1", at(50)), unchanged));
    BOOST_TEST(tables->find_agent("163", "1").has_value());
    tables->limit({.agents = 2});
    BOOST_TEST(add_agent("9").error() == errc::table_full);
}

BOOST_AUTO_TEST_CASE(an_agent_that_was_just_added_can_go_on_a_break) {
    // Both in one transaction, where memory does not know the agent yet.
    std::size_t told = 0;
    tables->add_agent("163", "9", at(0), inbox, [&](auto) { ++told; });
    tables->set_break({"163", "9", true, at(1), break_source::webhook}, inbox, [&](auto outcome) {
        BOOST_TEST(is(outcome, changed));
        ++told;
    });
    while (told < 2)
        inbox.run();
    BOOST_TEST(breaks("9") == "1-");
}

BOOST_AUTO_TEST_CASE(concurrent_sets_end_in_one_state_without_overlap) {
    auto const seed = std::random_device{}();
    std::mt19937 random(seed);
    std::size_t told = 0;
    std::size_t begun = 0;
    std::size_t ended = 0;
    constexpr std::size_t count = 500;
    for (std::size_t i = 0; i < count; ++i) {
        bool const on = random() % 2 == 0;
        break_change change{"163", "1", on, at(random() % 100), break_source::webhook};
        tables->set_break(std::move(change), inbox, [&, on](auto outcome) {
            if (is(outcome, changed)) ++(on ? begun : ended);
            ++told;
        });
    }
    while (told < count)
        inbox.run();
    BOOST_TEST_CONTEXT("seed " << seed) {
        auto const all = tables->breaks("163", at(-1), at(1000), "1").at(0).breaks;
        auto const first =
            tables->breaks("163", wall_time::min(), wall_time::max(), {}).at(0).breaks;
        BOOST_TEST(first.size() == begun);
        BOOST_TEST(begun - ended <= 1U);
        for (std::size_t i = 1; i < first.size(); ++i) {
            BOOST_REQUIRE(first[i - 1].end.has_value());
            BOOST_TEST((*first[i - 1].end <= first[i].start));
        }
        BOOST_TEST(first.back().end.has_value() == (begun == ended));
        reopen_copy();
        BOOST_TEST((tables->breaks("163", at(-1), at(1000), "1").at(0).breaks == all));
    }
}

BOOST_AUTO_TEST_CASE(old_breaks_are_dropped) {
    set_break(true, at(10)).value();
    set_break(false, at(20)).value();
    auto const later = at(std::int64_t{401} * 24 * 3600);
    set_break(true, later).value();
    BOOST_TEST(tables->breaks("163", at(0), wall_time::max(), {}).at(0).breaks.size() == 1U);
    options.now = later;
    BOOST_REQUIRE(!open());
    BOOST_TEST(tables->breaks("163", at(0), wall_time::max(), {}).at(0).breaks.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::tables::test::table_agents_test
