// The statements about who holds what of limits, over a real PostgreSQL; what they are for is
// tested without one (tests/queue/core/share_keeper_test.cpp).
#include "queue/postgres/pace_table.hpp"
#include "queue/postgres/schema.hpp"
#include "queue/postgres/unused_books.hpp"
#include "tests/support/postgres_server.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>
#include <string>

namespace pace_table_test {

using namespace std::chrono_literals;
using namespace sluice::queue;
using namespace sluice::queue::postgres;
using sluice::tests::shared_postgres;
using names = std::set<std::string>;

names names_of(share_keeper::versions const& written) {
    names all;
    for (auto const& [name, version] : written)
        all.insert(name);
    return all;
}

struct fixture {
    std::string const url = shared_postgres().make_database();
    connection one = open();
    connection other = open();
    pace_table table{one, 5s};

    connection open() const {
        std::string why;
        auto made = connection::open({url}, why);
        BOOST_REQUIRE_MESSAGE(made.has_value(), why);
        if (prepare_schema(*made, why).has_error()) BOOST_FAIL(why);
        return std::move(*made);
    }
    void sql(connection& to, std::string const& text) const {
        BOOST_TEST_REQUIRE(to.execute_script(text, 5s).has_value(), to.message());
    }
};

BOOST_FIXTURE_TEST_SUITE(pace_table_statements, fixture)

BOOST_AUTO_TEST_CASE(books_are_made_and_written_where_their_version_is_the_one_that_was_seen) {
    BOOST_TEST(table.look({{"shop", 0}, {"crm", 0}}).value().books.empty()); // as it is known
    auto const made = table.write({{"shop", 0, "1 a"}, {"crm", 0, "1 b"}}).value();
    BOOST_TEST((names_of(made) == names{"crm", "shop"}));
    BOOST_TEST(table.write({{"shop", 0, "1 late"}}).value().empty());
    auto const shop = made.at("shop");
    auto const crm = made.at("crm");
    auto const written = table.write({{"shop", shop, "1 c"}, {"crm", crm + 7, "1 d"}}).value();
    BOOST_TEST((names_of(written) == names{"shop"}));
    BOOST_TEST(written.at("shop") == shop + 1);
    auto const seen = table.look({{"shop", shop}, {"crm", crm}, {"nobody", -1}}).value();
    BOOST_REQUIRE(seen.books.size() == 2u); // "crm" is as it is known
    for (auto const& each : seen.books) {
        BOOST_TEST(each.version == (each.name == "shop" ? shop + 1 : 0));
        BOOST_TEST(each.book == (each.name == "shop" ? "1 c" : ""));
    }
}

BOOST_AUTO_TEST_CASE(names_may_have_any_characters) {
    std::string const odd = "a\"b\\c{d},'e' \xc3\xa4 NULL";
    BOOST_TEST(
        (names_of(table.write({{odd, 0, "1 x"}, {"NULL", 0, "1 y"}, {"", 0, "1 z"}}).value()) ==
         names{odd, "NULL", ""}));
    BOOST_TEST(table.look({{odd, 0}, {"NULL", 0}, {"", 0}}).value().books.size() == 3u);
}

BOOST_AUTO_TEST_CASE(who_finds_a_book_being_written_does_not_wait_for_it) {
    auto const made = table.write({{"shop", 0, "1 a"}, {"crm", 0, "1 b"}}).value();
    sql(other, "BEGIN; UPDATE sluice.pace SET book = '1 z' WHERE destination = 'shop'");
    auto const written =
        table.write({{"shop", made.at("shop"), "1 c"}, {"crm", made.at("crm"), "1 d"}}).value();
    BOOST_TEST((names_of(written) == names{"crm"}));
    sql(other, "COMMIT");
}

BOOST_AUTO_TEST_CASE(the_living_are_those_whose_epoch_is_the_fences_and_who_did_not_say_good_bye) {
    sql(one, "INSERT INTO sluice.fence VALUES (1, 3, 'a'), (2, 1, 'b'), (3, 9, 'gone');"
             "INSERT INTO sluice.member SELECT n, l, 0, s, '', '', 0, 0, '', '', 2000, now(), now()"
             " FROM (VALUES ('a', 1, false), ('b', 2, true)) v(n, l, s)");
    BOOST_TEST((table.look({}).value().living == std::set<share_owner>{{1, 3}}));
}

BOOST_AUTO_TEST_CASE(what_nobody_holds_and_nobody_knows_is_dropped_when_it_was_seen_twice) {
    sql(one, "INSERT INTO sluice.fence VALUES (1, 3, 'a'), (11, 3, 'b'), (2, 5, 'c');"
             "INSERT INTO sluice.member SELECT n, l, 0, false, '', '', 0, 0, '', '', 2000, now(),"
             " now() FROM (VALUES ('a', 1), ('b', 11)) v(n, l)");
    auto const made = table
                          .write({{"held", 0, "1 2,5,1,1,1,0,0,0,0;1,3,9,9,9,0,0,0,0;"},
                                  {"held first", 0, "1 11,3,9,9,9,0,0,0,0;"},
                                  {"known", 0, "1 "},
                                  {"left", 0, "1 "},
                                  {"of the dead", 0, "1 1,2,9,9,9,0,0,0,0;2,5,1,1,1,0,0,0,0;"},
                                  {"used since", 0, "1 "}})
                          .value();
    unused_books books;
    std::vector<std::size_t> asked;
    auto const unknown = [&](std::vector<std::string> all) {
        asked.push_back(all.size());
        std::erase(all, "known");
        return all;
    };
    BOOST_TEST(books.look(table, unknown).value() == 0u);
    BOOST_TEST(table.write({{"used since", made.at("used since"), "1 "}}).value().size() == 1u);
    BOOST_TEST(books.look(table, unknown).value() == 2u);
    BOOST_TEST((asked == std::vector<std::size_t>{4, 4}));
    names there;
    for (auto const& each : table
                                .look({{"held", -1},
                                       {"held first", -1},
                                       {"known", -1},
                                       {"left", -1},
                                       {"of the dead", -1},
                                       {"used since", -1}})
                                .value()
                                .books)
        if (each.version != 0) there.insert(each.name);
    BOOST_TEST((there == names{"held", "held first", "known", "used since"}));
    // It comes back: whoever still knows the old row is not mistaken.
    auto const again = table.write({{"left", 0, "1 "}}).value();
    BOOST_TEST(again.at("left") > made.at("left"));
    BOOST_TEST(books.look(table, unknown).value() == 1u); // that is "used since"
}

BOOST_AUTO_TEST_CASE(many_that_are_not_used_are_looked_at_page_by_page) {
    sql(one, "INSERT INTO sluice.pace SELECT 'd' || n, 1, '1 ' FROM generate_series(1, 2500) n");
    unused_books books;
    std::size_t most = 0;
    auto const unknown = [&](std::vector<std::string> all) {
        most = std::max(most, all.size());
        return all;
    };
    BOOST_TEST(books.look(table, unknown).value() == 0u);
    BOOST_TEST(books.look(table, unknown).value() == 2500u);
    BOOST_TEST(most == unused_books::page_size);
}

BOOST_AUTO_TEST_CASE(ten_thousand_destinations_are_one_statement) {
    std::vector<share_keeper::entry> entries;
    std::vector<share_keeper::question> asked;
    for (int i = 0; i < 10'000; ++i) {
        entries.push_back({"destination-" + std::to_string(i), 0, "1 1,1,10000,10,64,0,0,0,0;"});
    }
    auto const made = table.write(entries).value();
    BOOST_TEST(made.size() == 10'000u);
    for (auto const& [name, version] : made)
        asked.push_back({name, version});
    BOOST_TEST(table.look(asked).value().books.empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace pace_table_test
