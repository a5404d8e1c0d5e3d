#include "queue/postgres/order_rules.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

namespace order_rules_test {

using namespace sluice::queue;
using namespace sluice::queue::postgres;

namespace {

order_rows owned_by(std::uint32_t log) {
    order_rows rows;
    rows.fill({log, 7, false});
    return rows;
}

// What the statement does with it.
void take(order_rows& rows, std::vector<held_slot> const& what, std::uint32_t log) {
    for (auto const& one : what)
        rows[one.slot] = {log, one.generation + 1, false};
}

std::size_t count(order_rows const& rows, std::uint32_t log) {
    return slots_of(rows, log).size();
}

} // namespace

BOOST_AUTO_TEST_SUITE(order_rules)

BOOST_AUTO_TEST_CASE(free_slots_are_shared_out_evenly_and_without_quarrel) {
    order_rows rows;
    std::vector<std::uint32_t> const alive{3, 5, 9};
    std::set<std::uint16_t> taken;
    for (auto const log : alive) {
        for (auto const& one : slots_to_take(rows, alive, log))
            BOOST_TEST(taken.insert(one.slot).second); // all looked at the same time
    }
    BOOST_TEST(taken.size() == order_slots);
    take(rows, slots_to_take(rows, alive, 3), 3);
    BOOST_TEST(count(rows, 3) == 342U);
    BOOST_TEST(slots_to_take(rows, alive, 3).empty());
}

BOOST_AUTO_TEST_CASE(what_is_another_s_is_not_taken_and_what_a_dead_one_left_is) {
    auto rows = owned_by(4);
    std::vector<std::uint32_t> const alive{2};
    BOOST_TEST(slots_to_take(rows, alive, 2).empty());
    rows[17].is_free = true; // its log was adopted to the end
    auto const wanted = slots_to_take(rows, alive, 2);
    BOOST_REQUIRE(wanted.size() == 1U);
    BOOST_TEST((wanted.front() == held_slot{17, 7}));
}

BOOST_AUTO_TEST_CASE(a_member_gives_what_others_lack_and_no_more) {
    auto const rows = owned_by(4);
    std::vector<std::uint32_t> const alone{4};
    std::vector<std::uint32_t> const two{4, 6};
    BOOST_TEST(slots_to_give(rows, alone, 4) == 0U);
    BOOST_TEST(slots_to_give(rows, two, 4) == 512U);
    auto const given = receivers_of({{1, 7}, {2, 7}}, rows, two, 4);
    BOOST_TEST(given.size() == 2U);
    BOOST_TEST(given.front().to == 6U);
}

BOOST_AUTO_TEST_CASE(who_leaves_gives_everything_and_to_nobody_where_nobody_stays) {
    auto const rows = owned_by(4);
    std::vector<std::uint32_t> const others{5, 6};
    BOOST_TEST(slots_to_give(rows, others, 4) == order_slots);
    auto const given = receivers_of({{1, 7}, {2, 7}}, rows, others, 4);
    BOOST_TEST(given[0].to != given[1].to);
    std::vector<std::uint32_t> const nobody;
    BOOST_TEST(slots_to_give(rows, nobody, 4) == order_slots);
    BOOST_TEST(receivers_of({{1, 7}}, rows, nobody, 4).front().to == 0U);
    BOOST_TEST(slots_to_take(rows, nobody, 4).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace order_rules_test
