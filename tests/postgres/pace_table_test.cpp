// The statements about who holds what of limits, over a real PostgreSQL; what they are for is
// tested without one (tests/queue/core/share_keeper_test.cpp).
#include "queue/postgres/pace_table.hpp"
#include "queue/postgres/schema.hpp"
#include "tests/support/postgres_server.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace pace_table_test {

using namespace std::chrono_literals;
using namespace sluice::queue;
using namespace sluice::queue::postgres;
using sluice::tests::shared_postgres;
using names = std::set<std::string>;

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
    BOOST_TEST(
        (table.write({{"shop", 0, "1 a"}, {"crm", 0, "1 b"}}).value() == names{"crm", "shop"}));
    BOOST_TEST(table.write({{"shop", 0, "1 late"}}).value().empty());
    BOOST_TEST((table.write({{"shop", 1, "1 c"}, {"crm", 7, "1 d"}}).value() == names{"shop"}));
    auto const seen = table.look({{"shop", 1}, {"crm", 1}, {"nobody", -1}}).value();
    BOOST_REQUIRE(seen.books.size() == 2u); // "crm" is as it is known
    for (auto const& each : seen.books) {
        BOOST_TEST(each.version == (each.name == "shop" ? 2 : 0));
        BOOST_TEST(each.book == (each.name == "shop" ? "1 c" : ""));
    }
}

BOOST_AUTO_TEST_CASE(names_may_have_any_characters) {
    std::string const odd = "a\"b\\c{d},'e' \xc3\xa4 NULL";
    BOOST_TEST((table.write({{odd, 0, "1 x"}, {"NULL", 0, "1 y"}, {"", 0, "1 z"}}).value() ==
                names{odd, "NULL", ""}));
    BOOST_TEST(table.look({{odd, 0}, {"NULL", 0}, {"", 0}}).value().books.size() == 3u);
}

BOOST_AUTO_TEST_CASE(who_finds_a_book_being_written_does_not_wait_for_it) {
    table.write({{"shop", 0, "1 a"}, {"crm", 0, "1 b"}}).value();
    sql(other, "BEGIN; UPDATE sluice.pace SET book = '1 z' WHERE destination = 'shop'");
    BOOST_TEST((table.write({{"shop", 1, "1 c"}, {"crm", 1, "1 d"}}).value() == names{"crm"}));
    sql(other, "COMMIT");
}

BOOST_AUTO_TEST_CASE(the_living_are_those_whose_epoch_is_the_fences_and_who_did_not_say_good_bye) {
    sql(one, "INSERT INTO sluice.fence VALUES (1, 3, 'a'), (2, 1, 'b'), (3, 9, 'gone');"
             "INSERT INTO sluice.member SELECT n, l, 0, s, '', '', 0, 0, '', '', 2000, now(), now()"
             " FROM (VALUES ('a', 1, false), ('b', 2, true)) v(n, l, s)");
    BOOST_TEST((table.look({}).value().living == std::set<share_owner>{{1, 3}}));
}

BOOST_AUTO_TEST_CASE(ten_thousand_destinations_are_one_statement) {
    std::vector<share_keeper::entry> entries;
    std::vector<share_keeper::question> asked;
    for (int i = 0; i < 10'000; ++i) {
        entries.push_back({"destination-" + std::to_string(i), 0, "1 1,1,10000,10,64,0,0,0,0;"});
        asked.push_back({entries.back().name, 1});
    }
    BOOST_TEST(table.write(entries).value().size() == 10'000u);
    BOOST_TEST(table.look(asked).value().books.empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace pace_table_test
