// What a keeper does with writes that nobody knows of, or that somebody else was faster with: one
// book, one destination, by hand.
#include "queue/core/share_keeper.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>
#include <vector>

namespace share_writes_test {

using namespace std::chrono_literals;
using namespace sluice::queue;

BOOST_AUTO_TEST_SUITE(share_writes)

// One that holds everything gives it up, and is not told what became of that.
BOOST_AUTO_TEST_CASE(what_was_written_in_vain_may_still_be_carried_out) {
    share_owner const us{1, 1};
    share_owner const other{2, 1};
    mono_time const start{1h};
    share_keeper keeper(us);
    lane_report report{"shop", {200, 20, 10}, {}};
    std::set<share_owner> const living{us, other};
    std::string const hungry = "1 1,1,10000,20,10,0,0,0,0;2,1,0,0,0,10000,20,10,0;";
    auto const round = [&](std::int64_t version, mono_time at) {
        keeper.report({report}, at);
        auto const orders = keeper.look({{"shop", version, hungry}}, living, at);
        return orders.empty() ? lane_share{} : orders.back().share;
    };
    report.use.sent = report.use.in_flight = report.use.most_in_flight = 1;
    auto const given_up = round(5, start);
    BOOST_TEST(given_up.rate < 200u);
    std::vector<lane_held> const settled{{1, 0}};
    BOOST_TEST(keeper.settle(settled).size() == 1u);
    keeper.lost();
    keeper.forget_versions();
    // Now it could use all of it, and the book says that it has all. But it may change any moment.
    report.use = {500, 10, 10, 5000, true, true};
    BOOST_TEST((round(5, start + 1s) == lane_share{}), "no order beyond what was given up");
    auto const again = keeper.settle({});
    BOOST_REQUIRE(again.size() == 1u); // a version that the late one does not find
    BOOST_TEST(again.front().seen == 5);
    // It has not come until somebody else wrote: now it never will.
    keeper.wrote({}, start + 1s);
    BOOST_TEST(round(6, start + 2s).rate >= 5000u);
}

// Somebody else writes first, again and again: what was given up has tokens, which are lost to
// nobody.
BOOST_AUTO_TEST_CASE(tokens_of_what_was_given_up_are_kept_until_a_book_has_them) {
    share_owner const us{1, 1};
    share_owner const other{2, 1};
    share_keeper keeper(us);
    lane_report report{"shop", {200, 20, 10}, {}};
    std::string const hungry = "1 1,1,10000,20,10,0,0,0,0;2,1,0,0,0,10000,20,10,0;";
    std::string const content = "1 1,1,10000,20,10,0,0,0,0;";
    mono_time at{1h};
    // What the lane was ordered, and what the keeper wants to be written when it has obeyed.
    struct done {
        std::vector<lane_order> orders;
        std::vector<share_keeper::entry> entries;
    };
    auto const round = [&](std::int64_t version, std::string const& book, std::uint64_t lost) {
        at += 1s;
        report.use.sent = report.use.in_flight = report.use.most_in_flight = 1;
        keeper.report({report}, at);
        done all;
        all.orders = keeper.look({{"shop", version, book}}, {us, other}, at);
        std::vector<lane_held> const held(all.orders.size(), lane_held{1, lost});
        all.entries = keeper.settle(held);
        return all;
    };
    auto const tokens_of_other = [](done const& of) {
        BOOST_REQUIRE(of.entries.size() == 1u);
        auto const book = read_book(of.entries.front().book).value();
        for (auto const& one : book)
            if (one.owner.log == 2) return one.tokens;
        return std::uint64_t{0};
    };
    BOOST_TEST(tokens_of_other(round(5, hungry, 12)) == 12u);
    keeper.wrote({}, at); // in vain
    BOOST_TEST(tokens_of_other(round(6, hungry, 0)) == 12u);
    keeper.wrote({}, at);
    // The other is content meanwhile: they come back with what is kept.
    auto const kept = round(7, content, 0);
    BOOST_REQUIRE(kept.orders.size() == 1u);
    BOOST_TEST(kept.orders.front().share.burst == 20u);
    BOOST_TEST(kept.orders.front().tokens == 12u);
    // Written, or perhaps written: they are the other's.
    BOOST_TEST(tokens_of_other(round(8, hungry, 12)) == 12u);
    keeper.wrote({{"shop", 9}}, at);
    BOOST_TEST(tokens_of_other(round(10, hungry, 0)) == 0u);
    BOOST_TEST(tokens_of_other(round(10, hungry, 7)) == 7u);
    keeper.lost();
    BOOST_TEST(tokens_of_other(round(11, hungry, 0)) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace share_writes_test
