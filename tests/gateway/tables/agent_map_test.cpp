#include "gateway/tables/agent_map.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::tables::agent_map_test {

using namespace std::chrono_literals;

namespace {

wall_time at(std::int64_t seconds) {
    return wall_time(std::chrono::seconds(seconds));
}

std::string names(std::vector<agent_state> const& all) {
    std::string text;
    for (auto const& each : all)
        text += each.cli + (each.is_configured ? "c " : "a ");
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(agent_map_)

BOOST_AUTO_TEST_CASE(agents_come_from_the_configuration_and_from_calls) {
    agent_map agents;
    agents.configure({{"163", {"3", "1"}}, {"164", {"9"}}});
    agents.add("163", "2");
    BOOST_TEST(names(agents.agents("163")) == "1c 2a 3c ");
    BOOST_TEST(names(agents.agents("164")) == "9c ");
    BOOST_TEST(names(agents.agents("165")).empty());
    BOOST_TEST(agents.size() == 4U);
    agents.configure({{"163", {"1"}}});
    BOOST_TEST(names(agents.agents("163")) == "1c 2a ");
    BOOST_TEST(agents.agents("164").empty());
    BOOST_TEST(!agents.find("163", "3"));
    agents.remove("163", "2");
    agents.remove("163", "1"); // of the configuration: stays
    BOOST_TEST(names(agents.agents("163")) == "1c ");
}

BOOST_AUTO_TEST_CASE(an_agent_is_on_a_break_until_it_ends) {
    agent_map agents;
    agents.configure({{"163", {"1"}}});
    BOOST_TEST(!agents.find("163", "1")->break_since);
    agents.begin_break("163", "1", {at(10), std::nullopt, break_source::admin});
    BOOST_TEST((agents.find("163", "1")->break_since == at(10)));
    agents.end_break("163", "1", at(20));
    BOOST_TEST(!agents.find("163", "1")->break_since);
    agents.end_break("163", "1", at(30)); // there is none open
    agent_breaks const expected{"1", {{at(10), at(20), break_source::admin}}};
    BOOST_TEST((agents.breaks("163", at(0), at(100), {}) == std::vector{expected}));
}

BOOST_AUTO_TEST_CASE(breaks_are_found_by_any_part_in_the_interval) {
    agent_map agents;
    agents.configure({{"163", {"1", "2"}}});
    for (auto const& [start, end] : {std::pair{10, 20}, {20, 30}, {50, 60}}) {
        agents.begin_break("163", "1", {at(start), at(end), break_source::webhook});
    }
    agents.begin_break("163", "1", {at(80), std::nullopt, break_source::webhook});
    agents.begin_break("163", "2", {at(15), at(16), break_source::webhook});
    struct row {
        int from, to;
        std::string starts;
    };
    row const table[] = {
        {0, 10, ""},  {0, 11, "10 "}, {19, 20, "10 "}, {20, 21, "20 "},   {29, 51, "20 50 "},
        {30, 50, ""}, {60, 80, ""},   {60, 81, "80 "}, {500, 600, "80 "}, {0, 600, "10 20 50 80 "},
        {30, 30, ""},
    };
    for (auto const& each : table) {
        std::string starts;
        for (auto const& agent : agents.breaks("163", at(each.from), at(each.to), "1")) {
            BOOST_TEST(agent.cli == "1");
            for (auto const& one : agent.breaks) {
                auto const since = one.start.time_since_epoch();
                starts += std::to_string(std::chrono::floor<std::chrono::seconds>(since).count());
                starts += ' ';
            }
        }
        BOOST_TEST(starts == each.starts, each.from << " to " << each.to);
    }
    BOOST_TEST(agents.breaks("163", at(0), at(600), {}).size() == 2U);
    BOOST_TEST(agents.breaks("163", at(0), at(600), "3").empty());
    BOOST_TEST(agents.breaks("164", at(0), at(600), {}).empty());
}

BOOST_AUTO_TEST_CASE(breaks_of_an_agent_that_is_gone_stay_in_reports) {
    agent_map agents;
    agents.configure({{"163", {"1"}}});
    agents.begin_break("163", "1", {at(10), at(20), break_source::webhook});
    agents.configure({});
    BOOST_TEST(!agents.find("163", "1"));
    BOOST_TEST(agents.breaks("163", at(0), at(600), {}).size() == 1U);
}

BOOST_AUTO_TEST_CASE(old_breaks_are_forgotten_open_ones_are_not) {
    agent_map agents;
    agents.begin_break("163", "1", {at(10), at(20), break_source::webhook});
    agents.begin_break("163", "1", {at(20), at(30), break_source::webhook});
    agents.begin_break("163", "1", {at(30), std::nullopt, break_source::webhook});
    agents.forget_breaks(at(30));
    auto const left = agents.breaks("163", at(0), at(600), "1");
    BOOST_REQUIRE(left.size() == 1U);
    BOOST_TEST(left[0].breaks.size() == 2U);
    agents.forget_breaks(at(1000));
    BOOST_TEST(agents.breaks("163", at(0), at(600), "1").at(0).breaks.size() == 1U);
}

BOOST_AUTO_TEST_CASE(breaks_are_replaced_from_a_time_on) {
    agent_map agents;
    agents.begin_break("163", "1", {at(10), at(20), {}});
    agents.begin_break("163", "1", {at(30), std::nullopt, {}});
    agents.replace_breaks("163", "1", at(30), {{at(30), at(40), {}}, {at(50), std::nullopt, {}}});
    auto const all = agents.breaks("163", at(0), at(99), {});
    BOOST_REQUIRE(all.size() == 1U);
    BOOST_REQUIRE(all[0].breaks.size() == 3U);
    BOOST_TEST((all[0].breaks[1].end == at(40)));
    agents.replace_breaks("163", "1", at(0), {});
    BOOST_TEST(agents.breaks("163", at(0), at(99), {}).empty());
    agents.replace_breaks("163", "nobody", at(0), {});
    BOOST_TEST(agents.keys().size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::tables::agent_map_test
