// Versions of the tables' file: from nothing, from each earlier version, from one too new.
#include "gateway/tables/sqlite_schema.hpp"
#include "tests/gateway/tables/sqlite_maker.hpp"
#include "tests/gateway/tables/version_1.hpp"
#include "tests/gateway/tables/version_2.hpp"
#include "tests/gateway/tables/version_3.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <sys/stat.h>

namespace sluice::gateway::tables::test::sqlite_schema_test {

namespace {

struct file_of_version_1 : sqlite_fixture {
    file_of_version_1() {
        sqlite_database made(file(), {});
        made.execute(version_1);
        BOOST_REQUIRE(made.failure() == 0);
    }
};

struct file_of_version_2 : file_of_version_1 {
    file_of_version_2() {
        sqlite_database made(file(), {});
        made.execute(version_2_over_1);
        BOOST_REQUIRE(made.failure() == 0);
    }
};

struct file_of_version_3 : file_of_version_2 {
    file_of_version_3() {
        sqlite_database made(file(), {});
        made.execute(version_3_over_2);
        BOOST_REQUIRE(made.failure() == 0);
    }
};

std::int64_t version_of(std::string const& file) {
    sqlite_database opened(file, {});
    return opened.query_integer("PRAGMA user_version");
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(sqlite_schema, sqlite_fixture)

BOOST_AUTO_TEST_CASE(a_new_file_has_the_newest_version_and_is_private) {
    BOOST_REQUIRE(!open());
    tables.reset();
    BOOST_TEST(version_of(file()) == std::int64_t(all_schema_steps().size()));
    struct stat info {};
    BOOST_REQUIRE(::stat(file().c_str(), &info) == 0);
    BOOST_TEST((info.st_mode & 0777) == 0600U);
}

BOOST_FIXTURE_TEST_CASE(a_file_of_version_1_is_read_whole, file_of_version_1) {
    BOOST_REQUIRE(!open());
    auto const link = tables->find_link(link_code::parse("BEK4YYnx").value());
    BOOST_REQUIRE(link);
    BOOST_TEST(link->long_url == "https://example.com/a?b=c#d");
    BOOST_TEST(link->account == "163");
    BOOST_TEST((link->expires == wall_time(1'771'776'000'000ms)));
    BOOST_TEST(tables->find_link(link->key) == link);
    auto const clicks = tables->clicks_of(link->code);
    BOOST_TEST(clicks.total == 3U);
    BOOST_TEST((clicks.days == std::vector<day_clicks>{{20417, 1}, {20418, 2}}));
    BOOST_TEST(!tables->find_link(link_code::nth(0))->expires);
    BOOST_TEST(variables("918000374123") == "$user.key.city=Pune $user.key.name=");
    BOOST_TEST(variables("somebody@example.com") == "$user.key.city=Goa");
    BOOST_TEST(breaks("919879964805") == "10-20 30-");
    BOOST_TEST((tables->find_agent("163", "919879964805")->break_since == at(30)));
    BOOST_TEST(update_once("key", {{"a", "1"}}) == "a");
    tables.reset();
    BOOST_TEST(version_of(file()) == std::int64_t(all_schema_steps().size()));
}

BOOST_FIXTURE_TEST_CASE(a_file_of_version_2_is_read_whole, file_of_version_2) {
    BOOST_REQUIRE(!open());
    BOOST_TEST(variables("918000374123") == "$user.key.city=Pune $user.key.name=");
    BOOST_TEST(breaks("919879964805") == "10-20 30-");
    BOOST_TEST((tables->next_planned() == at(40)));
    auto const settled = ask<change_outcome>(
        [&](auto done) { tables->settle_breaks(at(60), inbox, std::move(done)); });
    BOOST_TEST((settled.value() == change_outcome::changed));
    BOOST_TEST(breaks("919879964805") == "10-20 30-40 50-");
    BOOST_TEST(update_once("key", {{"a", "1"}}) == "a");
    BOOST_REQUIRE(!open());
    BOOST_TEST(update_once("key", {{"a", "1"}}) == "again a");
    tables.reset();
    BOOST_TEST(version_of(file()) == std::int64_t(all_schema_steps().size()));
}

BOOST_FIXTURE_TEST_CASE(a_file_of_version_3_is_read_whole, file_of_version_3) {
    BOOST_REQUIRE(!open());
    call_key const key{{'k', 'e', 'y'}, {'r', 'e', 'q'}, at(10)};
    auto const told =
        ask<answer_ptr>([&](auto done) { tables->recall_answer(key, inbox, std::move(done)); });
    BOOST_REQUIRE((told && *told));
    BOOST_TEST((*told)->status == 200U);
    BOOST_TEST((*told)->media_type == "application/json");
    BOOST_TEST((*told)->body == "{\"a\":1}");
    BOOST_TEST((*told)->header_lines.empty());
    tables.reset();
    BOOST_TEST(version_of(file()) == std::int64_t(all_schema_steps().size()));
}

BOOST_FIXTURE_TEST_CASE(each_step_that_is_missing_is_made_in_order, file_of_version_1) {
    // The steps of a version to come, over the real first one.
    std::array const steps{all_schema_steps()[0],
                           "ALTER TABLE agents ADD COLUMN name TEXT NOT NULL DEFAULT 'none'",
                           "UPDATE agents SET name = name || ' yet'", "CREATE TABLE more (x)",
                           "CREATE TABLE still (y)"};
    {
        sqlite_database opened(file(), {});
        BOOST_TEST(!migrate(opened, steps));
        BOOST_TEST(opened.query_integer("SELECT count(*) FROM agents WHERE name = 'none yet'") ==
                   1);
        BOOST_TEST(!migrate(opened, steps)); // nothing is left to do
        BOOST_TEST(opened.query_integer("SELECT count(*) FROM agents WHERE name = 'none yet'") ==
                   1);
    }
    BOOST_TEST(version_of(file()) == 5);
    // This program does not know that version: it leaves the file alone.
    BOOST_TEST(open() == errc::newer_version);
    BOOST_TEST(version_of(file()) == 5);
}

BOOST_FIXTURE_TEST_CASE(a_step_that_fails_leaves_the_version_before, file_of_version_1) {
    std::array const steps{all_schema_steps()[0],
                           "ALTER TABLE agents ADD COLUMN name TEXT; SELECT wrong FROM nowhere"};
    {
        sqlite_database opened(file(), {});
        BOOST_TEST(migrate(opened, steps).failed());
    }
    BOOST_TEST(version_of(file()) == 1);
    BOOST_TEST(!open());
    BOOST_TEST(breaks("919879964805") == "10-20 30-");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_none_of_ours_is_refused_and_left_alone) {
    tests::write_whole(file(), "This is no database, and long enough to be looked at as one. " +
                                   std::string(1000, 'x'));
    BOOST_TEST(open() == errc::damaged);
    BOOST_TEST(tests::read_whole(file()).starts_with("This is no database"));
}

BOOST_AUTO_TEST_CASE(a_database_of_another_program_is_refused) {
    {
        sqlite_database other(file(), {});
        other.execute("CREATE TABLE theirs (x)");
    }
    BOOST_TEST(open() == errc::damaged);
}

BOOST_FIXTURE_TEST_CASE(rows_that_cannot_be_ours_are_damage, file_of_version_1) {
    {
        sqlite_database opened(file(), {});
        opened.execute("UPDATE links SET code = 'short' WHERE account = '164'");
    }
    BOOST_TEST(open() == errc::damaged);
}

BOOST_AUTO_TEST_CASE(a_directory_that_is_not_there_cannot_be_opened) {
    std::string why;
    sqlite_options with;
    with.path = (sqlite.directory() / "missing/tables.db").string();
    auto const opened = sqlite_backend::open(std::move(with), why);
    BOOST_TEST(opened.error() == errc::cannot_open);
    BOOST_TEST(!why.empty());
}

BOOST_FIXTURE_TEST_CASE(a_file_of_version_1_can_keep_plans, file_of_version_1) {
    BOOST_REQUIRE(!open());
    break_change change{"163", "919879964805", false, at(100)};
    auto const planned = ask<change_outcome>(
        [&](auto done) { tables->plan_break(std::move(change), inbox, std::move(done)); });
    BOOST_TEST(planned.has_value());
    reopen_copy();
    auto const settled = ask<change_outcome>(
        [&](auto done) { tables->settle_breaks(at(100), inbox, std::move(done)); });
    BOOST_TEST(settled.has_value());
    BOOST_TEST(breaks("919879964805") == "10-20 30-100");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::tables::test::sqlite_schema_test
