// Which gateways are asked for a task, and whose silence leaves the question open.
#include "gateway/cluster/whom_to_ask.hpp"

#include <boost/test/unit_test.hpp>

namespace whom_to_ask_test {

using namespace sluice;
using namespace sluice::gateway::cluster;
using queue::postgres::member;
using queue::postgres::members_view;

namespace {

member one(std::string name, std::uint32_t log, bool is_alive = true) {
    member made;
    made.name = std::move(name);
    made.log = log;
    made.advertise = made.name + ":1";
    made.is_alive = is_alive;
    return made;
}

member self() {
    auto made = one("self", 1);
    made.is_self = true;
    return made;
}

member stopped(std::string name, std::uint32_t log) {
    auto made = one(std::move(name), log, false);
    made.is_stopped = true;
    return made;
}

// An id that was born in this log.
queue::task_id born_in(std::uint32_t log) {
    queue::task_id_generator ids(7, log);
    return ids.next(queue::wall_time{std::chrono::milliseconds{1'764'000'000'000}});
}

// "b | c d; missing: e"
std::string text_of(asking_plan const& plan) {
    std::string out;
    for (auto const& round : plan.rounds) {
        if (!out.empty()) out += " |";
        for (auto const& each : round)
            out += (out.empty() ? "" : " ") + each.name;
    }
    if (!plan.missing.empty()) out += "; missing:";
    for (auto const& name : plan.missing)
        out += " " + name;
    return out;
}

std::string asked_for(members_view const& seen, std::uint32_t log) {
    return text_of(plan_for_task(seen, born_in(log)));
}

} // namespace

BOOST_AUTO_TEST_SUITE(whom_to_ask)

BOOST_AUTO_TEST_CASE(the_gateway_whose_log_the_id_names_is_asked_first) {
    members_view const seen{{self(), one("b", 2), one("c", 3)}, {}, true};
    BOOST_TEST(asked_for(seen, 2) == "b | c");
    BOOST_TEST(asked_for(seen, 3) == "c | b");
}

BOOST_AUTO_TEST_CASE(this_gateway_has_looked_already) {
    members_view const seen{{self(), one("b", 2)}, {}, true};
    BOOST_TEST(asked_for(seen, 1) == "b");
    BOOST_TEST(asked_for({{self()}, {}, true}, 1) == "");
}

BOOST_AUTO_TEST_CASE(an_id_of_no_known_log_is_asked_for_everywhere_at_once) {
    members_view const seen{{self(), one("b", 2), one("c", 3)}, {}, true};
    BOOST_TEST(asked_for(seen, 99) == "b c");
}

BOOST_AUTO_TEST_CASE(a_log_that_was_taken_over_is_asked_for_at_those_that_hold_its_slices) {
    members_view const seen{{self(), one("b", 2), one("c", 3), one("d", 4)}, {{9, {3, 4}}}, true};
    BOOST_TEST(asked_for(seen, 9) == "c d | b");
}

BOOST_AUTO_TEST_CASE(who_took_over_may_have_been_taken_over_itself) {
    members_view const seen{
        {self(), one("b", 2), one("c", 3)}, {{9, {8}}, {8, {7}}, {7, {3}}}, true};
    BOOST_TEST(asked_for(seen, 9) == "c | b");
}

BOOST_AUTO_TEST_CASE(adoptions_in_a_circle_end) {
    members_view const seen{{self(), one("b", 2)}, {{9, {8}}, {8, {9, 2}}}, true};
    BOOST_TEST(asked_for(seen, 9) == "b");
}

BOOST_AUTO_TEST_CASE(a_dead_gateway_is_missing_until_its_log_is_taken_over) {
    std::vector<member> const all{self(), one("b", 2), one("dead", 3, false)};
    BOOST_TEST(asked_for({all, {}, true}, 3) == "b; missing: dead");
    BOOST_TEST(asked_for({all, {{3, {2}}}, true}, 3) == "b");
}

BOOST_AUTO_TEST_CASE(a_log_that_is_being_taken_over_is_missing_in_part) {
    std::vector<member> const all{self(), one("b", 2), one("dead", 3, false)};
    BOOST_TEST(asked_for({all, {{3, {2}, false}}, true}, 3) == "b; missing: dead");
    // Its gateway is back, with another log.
    std::vector<member> const back{self(), one("b", 2), one("dead", 4)};
    BOOST_TEST(asked_for({back, {{3, {2}, false}}, true}, 3) == "b | dead; missing: log 3");
    BOOST_TEST(asked_for({back, {{3, {2}}}, true}, 3) == "b | dead");
}

BOOST_AUTO_TEST_CASE(a_stopped_gateway_is_missing_until_its_log_is_taken_over) {
    std::vector<member> const all{self(), one("b", 2), stopped("gone", 3)};
    BOOST_TEST(asked_for({all, {}, true}, 2) == "b; missing: gone");
    BOOST_TEST(asked_for({all, {{3, {2}}}, true}, 2) == "b");
}

BOOST_AUTO_TEST_CASE(for_what_all_have_a_part_of_this_gateway_is_asked_too) {
    members_view const seen{{one("b", 2), one("dead", 3, false), self()}, {}, true};
    auto const plan = plan_for_all(seen);
    BOOST_TEST(text_of(plan) == "b self; missing: dead");
    BOOST_TEST(plan.rounds.front().back().is_self);
    BOOST_TEST(plan.rounds.front().front().address == "b:1");
}

BOOST_AUTO_TEST_CASE(this_gateway_answers_whatever_the_view_says_of_it) {
    auto me = self();
    me.is_alive = false;
    BOOST_TEST(text_of(plan_for_all({{me, one("b", 2)}, {}, false})) == "self b");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace whom_to_ask_test
