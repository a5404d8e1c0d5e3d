// What several gateways count: dead letters, figures over a time, how many tasks match.
#include "codecs/json.hpp"
#include "gateway/cluster/join_answers.hpp"

#include <boost/test/unit_test.hpp>

namespace join_counts_test {

using namespace sluice;
using namespace sluice::gateway::cluster;
using gateway::call::spread;

namespace {

std::string joint(spread how, std::vector<std::string> const& bodies, std::size_t named = 0) {
    joint_question what;
    what.how = how;
    what.named_tasks = named;
    std::vector<member_answer> all;
    for (auto const& body : bodies)
        all.push_back({"gw", 0, 200, true, body});
    auto const made = join(what, all);
    BOOST_REQUIRE(made);
    BOOST_TEST(codecs::check_json(made->body).has_value());
    return made->body;
}

std::string figures(int slot, std::string const& accepted, std::string const& late) {
    return R"({"step_seconds":5,"slot":)" + std::to_string(slot) + R"(,"series":{"accepted":)" +
           accepted + R"(,"lateness_p99_ms":)" + late + "}}";
}

std::string group(std::string const& destination, std::string const& reason, int count,
                  std::string const& oldest, std::string const& newest) {
    return R"({"destination":")" + destination + R"(","reason":")" + reason + R"(","count":)" +
           std::to_string(count) + R"(,"oldest":")" + oldest + R"(","newest":")" + newest + "\"}";
}

std::string groups(std::string const& list, int total, int others) {
    return R"({"groups":[)" + list + R"(],"total":)" + std::to_string(total) + R"(,"others":)" +
           std::to_string(others) + "}";
}

} // namespace

BOOST_AUTO_TEST_SUITE(join_counts)

BOOST_AUTO_TEST_CASE(dead_letters_of_one_kind_are_one_group) {
    auto const one = groups(group("crm", "HTTP 404", 2, "2026-01-02", "2026-01-03"), 2, 0);
    auto const other = groups(group("b", "x", 3, "2026-01-01", "2026-01-01") + "," +
                                  group("crm", "HTTP 404", 5, "2026-01-01", "2026-01-02"),
                              9, 1);
    auto const both = groups(group("crm", "HTTP 404", 7, "2026-01-01", "2026-01-03") + "," +
                                 group("b", "x", 3, "2026-01-01", "2026-01-01"),
                             11, 1);
    BOOST_TEST(joint(spread::dead_groups, {one, other}) == both);
}

BOOST_AUTO_TEST_CASE(rates_are_summed_slot_by_slot_and_the_worst_is_told_of_percentiles) {
    // The second gateway is one step behind.
    BOOST_TEST(joint(spread::figures, {figures(10, "[null,1,2]", "[null,5,5]"),
                                       figures(9, "[10,20,30]", "[1,9,2]")}) ==
               R"({"step_seconds":5,"slot":10,"series":{"accepted":[20,31,2],)"
               R"("lateness_p99_ms":[9,5,5]}})");
}

BOOST_AUTO_TEST_CASE(a_dry_run_of_all_gateways_is_a_sum) {
    BOOST_TEST(
        joint(spread::bulk, {R"({"matched":2,"job":null})", R"({"matched":3,"job":null})"}) ==
        R"({"matched":5,"job":null})");
}

BOOST_AUTO_TEST_CASE(tasks_that_are_named_are_counted_once) {
    // One is known to both: the second takes over from the first.
    BOOST_TEST(joint(spread::bulk, {R"({"matched":2,"job":null})", R"({"matched":1,"job":null})"},
                     2) == R"({"matched":2,"job":null})");
    BOOST_TEST(joint(spread::bulk, {R"({"matched":1,"job":null})", R"({"matched":0,"job":null})"},
                     2) == R"({"matched":1,"job":null})");
}

// What any of them has shown is from before.
BOOST_AUTO_TEST_CASE(all_have_looked_when_the_last_has) {
    auto const page = [](std::string const& at) {
        return R"({"tasks":[],"total":0,"at":")" + at + R"(","next":null})";
    };
    auto const list = joint(spread::tasks, {page("2026-01-02"), page("2026-01-01")});
    BOOST_TEST(list.find(R"("at":"2026-01-02")") != std::string::npos, list);
    auto const kinds = [](std::string const& at) {
        return R"({"groups":[],"total":0,"others":0,"at":")" + at + "\"}";
    };
    BOOST_TEST(joint(spread::dead_groups, {kinds("2026-01-01"), kinds("2026-01-02")}) ==
               R"({"groups":[],"total":0,"others":0,"at":"2026-01-02"})");
}

BOOST_AUTO_TEST_CASE(a_search_has_come_as_far_as_the_first_that_stopped) {
    auto const page = [](std::string const& looked, std::string const& stopped) {
        return R"({"tasks":[],"total":null,"looked":)" + looked + R"(,"stopped_at":)" + stopped +
               R"(,"at":"2026-01-01","next":null})";
    };
    auto const body = joint(spread::tasks, {page("10", R"("2026-01-01T00:00:00Z")"),
                                            page("20", R"("2026-01-02T00:00:00Z")")});
    BOOST_TEST(body.find(R"("looked":30,"stopped_at":"2026-01-02T00:00:00Z")") !=
               std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace join_counts_test
