// Short links through every backend: made once, renewed, clicked, read back.
#include "tests/gateway/tables/backend_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

namespace sluice::gateway::tables::test::table_links_test {

namespace {

struct open_tables : backend_fixture {
    open_tables() { BOOST_REQUIRE(!open()); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(table_links, open_tables)

BOOST_AUTO_TEST_CASE(the_same_url_of_the_same_token_is_one_link) {
    auto const first = store("https://one.example/").value();
    BOOST_TEST(first->long_url == "https://one.example/");
    BOOST_TEST(first->account == "163");
    BOOST_TEST(store("https://one.example/", at(5)).value()->code.view() == first->code.view());
    BOOST_TEST(store("https://two.example/").value()->code.view() != first->code.view());
    auto const other = store("https://one.example/", at(0), {}, "another token").value();
    BOOST_TEST(other->code.view() != first->code.view());
    BOOST_TEST(tables->counts().links == 3U);
    BOOST_TEST(tables->find_link(first->code)->long_url == first->long_url);
    BOOST_TEST(tables->find_link(first->key)->code.view() == first->code.view());
}

BOOST_AUTO_TEST_CASE(two_calls_at_once_come_to_one_link) {
    std::set<std::string> codes;
    std::size_t told = 0;
    for (int i = 0; i < 100; ++i) {
        new_link asked{make_link_key("163", "t", "u"), "163", "u", at(0), {}};
        tables->store_link(std::move(asked), inbox, [&](auto made) {
            codes.emplace(made.value()->code.view());
            ++told;
        });
    }
    while (told < 100)
        inbox.run();
    BOOST_TEST(codes.size() == 1U);
    BOOST_TEST(tables->counts().transactions < 100U); // many writes in one transaction
}

BOOST_AUTO_TEST_CASE(a_link_that_was_told_survives_a_kill) {
    auto const made = store("https://one.example/", at(0), 90s).value();
    reopen_copy();
    auto const found = tables->find_link(made->code);
    BOOST_REQUIRE(found);
    BOOST_TEST(found->long_url == "https://one.example/");
    BOOST_TEST((found->created == at(0)));
    BOOST_TEST((found->expires == at(90)));
    BOOST_TEST(store("https://one.example/", at(0), 90s).value()->code.view() == made->code.view());
}

BOOST_AUTO_TEST_CASE(asking_again_begins_the_time_of_a_link_anew) {
    auto const made = store("u", at(0), 1000s).value();
    BOOST_TEST((store("u", at(5), 1000s).value()->expires == at(1000))); // hardly moved
    BOOST_TEST((store("u", at(600), 1000s).value()->expires == at(1600)));
    BOOST_TEST((tables->find_link(made->code)->expires == at(1600)));
    BOOST_TEST((store("u", at(5000), 1000s).value()->expires == at(6000))); // had expired
    reopen_copy();
    BOOST_TEST((tables->find_link(made->code)->expires == at(6000)));
    BOOST_TEST((tables->find_link(made->code)->created == at(0)));
}

BOOST_AUTO_TEST_CASE(a_code_that_is_taken_is_not_given_again) {
    tables.reset();
    auto n = std::make_shared<std::uint64_t>(0);
    options.codes = [n] { return link_code::nth((*n)++ / 3); }; // each three times
    BOOST_REQUIRE(!open());
    BOOST_TEST(store("a").value()->code.view() == "00000000");
    BOOST_TEST(store("b").value()->code.view() == "00000001");
    BOOST_TEST(store("c").value()->code.view() == "00000002");
    BOOST_TEST(tables->find_link(link_code::nth(0))->long_url == "a");
}

BOOST_AUTO_TEST_CASE(clicks_are_on_the_disk_after_a_clean_stop) {
    auto const made = store("u").value();
    for (auto const day : {20'000, 20'000, 20'001})
        tables->count_click(made->code, day);
    BOOST_TEST(tables->clicks_of(made->code).total == 3U);
    BOOST_TEST(tables->close());
    BOOST_REQUIRE(!open());
    auto const clicks = tables->clicks_of(made->code);
    BOOST_TEST(clicks.total == 3U);
    BOOST_TEST((clicks.days == std::vector<day_clicks>{{20'000, 2}, {20'001, 1}}));
    tables->count_click(made->code, 20'001);
    BOOST_REQUIRE(!open());
    BOOST_TEST(tables->clicks_of(made->code).days.at(1).clicks == 2U);
}

BOOST_AUTO_TEST_CASE(a_full_table_refuses_new_links_and_knows_the_old_ones) {
    tables->limit({.links = 2});
    store("a").value();
    auto const b = store("b").value();
    BOOST_TEST(store("c").error() == errc::table_full);
    BOOST_TEST(store("b").value()->code.view() == b->code.view());
    tables->limit({.links = 3});
    BOOST_TEST(store("c").has_value());
}

BOOST_AUTO_TEST_CASE(links_that_expired_long_ago_are_dropped) {
    auto const gone = store("gone", at(0), 1s).value();
    auto const kept = store("kept", at(0), std::chrono::hours(24 * 10)).value();
    auto const eternal = store("eternal").value();
    tables->count_click(gone->code, 1);
    auto const day = std::int64_t{24 * 3600};
    store("another", at(31 * day)).value();
    BOOST_TEST(!tables->find_link(gone->code));
    BOOST_TEST(tables->find_link(kept->code) != nullptr);
    options.now = at(41 * day);
    BOOST_REQUIRE(!open());
    BOOST_TEST(!tables->find_link(gone->code));
    BOOST_TEST(!tables->find_link(kept->code));
    BOOST_TEST(tables->find_link(eternal->code) != nullptr);
}

BOOST_AUTO_TEST_CASE(an_account_sees_its_newest_links_first) {
    auto const old = store("old", at(1)).value();
    auto const newest = store("newest", at(3)).value();
    auto const middle = store("middle", at(2)).value();
    auto const two = tables->newest_links("163", 2);
    BOOST_REQUIRE_EQUAL(two.size(), 2U);
    BOOST_TEST(two[0]->long_url == "newest");
    BOOST_TEST(two[1]->long_url == "middle");
    BOOST_TEST(tables->newest_links("163", 10).size() == 3U);
    BOOST_TEST(tables->newest_links("164", 10).empty());
}

BOOST_AUTO_TEST_CASE(after_the_end_nothing_is_taken) {
    BOOST_TEST(tables->close());
    BOOST_TEST(store("u").error() == errc::stopping);
}

BOOST_AUTO_TEST_CASE(the_custToken_is_not_kept) {
    store("u", at(0), {}, "very-secret-token").value();
    tables.reset();
    BOOST_TEST(!store_holds("very-secret"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::tables::test::table_links_test
