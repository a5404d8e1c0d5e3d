// User variables through every backend: merged, limited, erased, read back.
#include "tests/gateway/tables/backend_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::tables::test::table_users_test {

namespace {

struct open_tables : backend_fixture {
    open_tables() { BOOST_REQUIRE(!open()); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(table_users, open_tables)

BOOST_AUTO_TEST_CASE(changes_are_merged_and_the_last_one_wins) {
    BOOST_TEST(variables().empty());
    BOOST_TEST(update({{"b", "1"}, {"a", "1"}}).value()->size() == 2U);
    BOOST_TEST(variables() == "a=1 b=1");
    BOOST_TEST(update({{"b", "2"}, {"c", ""}}).value()->size() == 3U);
    BOOST_TEST(variables() == "a=1 b=2 c=");
    BOOST_TEST(variables("another").empty());
}

BOOST_AUTO_TEST_CASE(a_change_without_a_value_takes_the_variable_away) {
    update({{"a", "1"}, {"b", "1"}}).value();
    update({{"a", {}}, {"never there", {}}}).value();
    BOOST_TEST(variables() == "b=1");
    BOOST_TEST(!update({{"b", {}}}).value());
    BOOST_TEST(!tables->user_variables("163", "c"));
    BOOST_TEST(tables->counts().users == 0U);
}

BOOST_AUTO_TEST_CASE(what_was_told_survives_a_kill_with_every_byte) {
    std::string const odd("x\0'\"\xe2\x82\xac\n%", 10);
    update({{"a", odd}, {"b", "2"}}).value();
    update({{"b", {}}}, "c").value();
    update({{"a", "other"}}, "somebody@example.com").value();
    reopen_copy();
    BOOST_TEST(variables() == "a=" + odd);
    BOOST_TEST(variables("somebody@example.com") == "a=other");
    BOOST_TEST(tables->counts().users == 2U);
    BOOST_TEST((tables->user_variables("163", "c")->at(0).updated == at(0)));
}

BOOST_AUTO_TEST_CASE(too_many_variables_change_nothing) {
    update({{"a", "1"}, {"b", "1"}}, "c", 2).value();
    BOOST_TEST(update({{"a", "2"}, {"c", "1"}}, "c", 2).error() == errc::too_many_keys);
    BOOST_TEST(variables() == "a=1 b=1");
    BOOST_TEST(update({{"a", {}}, {"c", "1"}}, "c", 2).has_value());
    BOOST_TEST(variables() == "b=1 c=1");
    reopen_copy();
    BOOST_TEST(variables() == "b=1 c=1");
}

BOOST_AUTO_TEST_CASE(too_many_persons_are_refused_known_ones_are_not) {
    tables->limit({.users = 1});
    update({{"a", "1"}}, "first").value();
    BOOST_TEST(update({{"a", "1"}}, "second").error() == errc::table_full);
    BOOST_TEST(update({{"a", "2"}}, "first").has_value());
}

BOOST_AUTO_TEST_CASE(writes_at_once_are_merged_one_after_another) {
    std::size_t told = 0;
    for (int i = 0; i < 200; ++i) {
        user_update change{
            "163", "c", {{"k" + std::to_string(i % 50), std::to_string(i)}}, 50, at(i)};
        tables->update_user(std::move(change), inbox, [&](auto kept) {
            BOOST_TEST(kept.has_value());
            ++told;
        });
    }
    while (told < 200)
        inbox.run();
    auto const kept = tables->user_variables("163", "c");
    BOOST_REQUIRE(kept->size() == 50U);
    BOOST_TEST(kept->at(0).name == "k0");
    BOOST_TEST(kept->at(0).value == "150");
}

BOOST_AUTO_TEST_CASE(erasure_leaves_nothing_in_memory_or_on_the_disk) {
    update({{"a", "very-private"}, {"b", "2"}}, "8000374123").value();
    update({{"a", "stays"}}, "other").value();
    BOOST_TEST(erase("8000374123").value() == 2U);
    BOOST_TEST(!tables->user_variables("163", "8000374123"));
    BOOST_TEST(erase("8000374123").value() == 0U);
    BOOST_TEST(tables->close()); // SQLite's log is emptied too
    BOOST_TEST(!store_holds("very-private"));
    BOOST_TEST(!store_holds("8000374123"));
    BOOST_TEST(store_holds("stays"));
    BOOST_REQUIRE(!open());
    BOOST_TEST(variables("8000374123").empty());
    BOOST_TEST(variables("other") == "a=stays");
}

BOOST_AUTO_TEST_CASE(accounts_do_not_see_each_other) {
    update({{"a", "1"}}).value();
    BOOST_TEST(!tables->user_variables("164", "c"));
    BOOST_TEST(tables->contacts("164", 10).empty());
}

BOOST_AUTO_TEST_CASE(the_persons_of_an_account_are_told_in_their_order) {
    update({{"a", "1"}}, "918000374124").value();
    update({{"a", "1"}}, "918000374123").value();
    update({{"a", "1"}}, "anna@example.com").value();
    auto const two = tables->contacts("163", 2);
    BOOST_REQUIRE_EQUAL(two.size(), 2U);
    BOOST_TEST(two[0] == "918000374123");
    BOOST_TEST(two[1] == "918000374124");
    BOOST_TEST(tables->contacts("163", 10).size() == 3U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::tables::test::table_users_test
