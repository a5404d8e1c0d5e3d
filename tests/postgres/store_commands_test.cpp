// `sluice store` and `sluice cluster` as an operator uses them: the real program over a real
// PostgreSQL.
#include "queue/postgres/membership.hpp"
#include "queue/postgres/schema.hpp"
#include "tests/postgres/configured_program.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace store_commands_test {

using sluice::tests::configured_program;
using sluice::tests::says;

std::string const known = std::to_string(sluice::queue::postgres::schema_version);

BOOST_FIXTURE_TEST_SUITE(store_commands, configured_program)

BOOST_AUTO_TEST_CASE(check_changes_nothing_and_migrate_makes_the_schema) {
    auto const before = store("check");
    BOOST_TEST(before.exit_code == 0, before.errors);
    BOOST_TEST(says(before.output, "none yet; the first gateway makes version " + known),
               before.output);
    auto const none = store("stats");
    BOOST_TEST(none.exit_code == 78);
    BOOST_TEST(says(none.errors, "there is no schema yet"), none.errors);

    auto const tried = run({"store", "migrate", "--dry-run", "--config", file()});
    BOOST_TEST(tried.exit_code == 0, tried.errors);
    BOOST_TEST(tried.output == "would bring the schema of database " + database +
                                   " from version 0 to " + known + "\n");
    BOOST_TEST(store("check").output == before.output);

    auto const made = store("migrate");
    BOOST_TEST(made.exit_code == 0, made.errors);
    BOOST_TEST(says(made.output, "version " + known + " of " + known + ", cluster "), made.output);
    BOOST_TEST(store("check").output == made.output);
    BOOST_TEST(says(run({"store", "check", "--json", "-c", file()}).output, "\"fsync\":true"));
}

BOOST_AUTO_TEST_CASE(output_that_cannot_be_written_is_73) {
    BOOST_TEST(store("migrate").exit_code == 0);
    for (auto const* verb : {"store migrate", "store migrate --dry-run", "store check",
                             "store list", "store show", "cluster list"}) {
        auto options = options_for({});
        auto const program = options.arguments.front();
        options.arguments = {"/bin/sh", "-c",
                             program + " " + verb + " --config " + file() + " >/dev/full"};
        auto const said = sluice::tests::run_process(options);
        BOOST_TEST(said.exit_code == 73, verb << ": " << said.errors);
        BOOST_TEST(says(said.errors, "No space left on device"), said.errors);
    }
}

BOOST_AUTO_TEST_CASE(members_and_logs_are_listed) {
    sluice::queue::postgres::membership_options options;
    options.database.url = server.url("postgres", database);
    options.name = "gw-7";
    options.version = "0.1";
    options.advertise = "10.0.0.7:8082";
    sluice::queue::postgres::membership member(options);
    std::string why;
    BOOST_REQUIRE_MESSAGE(member.join(why).has_value(), why);
    server.sql("CREATE TABLE sluice.batch_1_1 (payload bytea);"
               "INSERT INTO sluice.segment VALUES (1, 0, 1, '')",
               database);
    auto const status = run({"cluster", "list", "--config", file()});
    BOOST_TEST(status.exit_code == 0, status.errors);
    BOOST_TEST(run({"cluster", "status", "--config", file()}).output.starts_with("gw-7  alive"));
    auto const shown = run({"cluster", "show", "gw-7", "--config", file()});
    BOOST_TEST(shown.exit_code == 0, shown.errors);
    BOOST_TEST(says(shown.output, "name: gw-7\nlog: 1\nstate: alive\n"), shown.output);
    auto const misspelt = run({"cluster", "show", "gw-8", "--config", file()});
    BOOST_TEST(misspelt.exit_code == 1);
    BOOST_TEST(says(misspelt.errors, "there is no such member; did you mean \"gw-7\"?"));
    auto const whole = store("show");
    BOOST_TEST(whole.exit_code == 0, whole.errors);
    for (auto const* part :
         {"server   PostgreSQL", "schema   version", "gw-7  alive", "log 1  gw-7"})
        BOOST_TEST(says(whole.output, part), whole.output);
    BOOST_TEST(says(status.output, "gw-7  alive  log 1  at 10.0.0.7:8082  version 0.1"),
               status.output);
    BOOST_TEST(says(status.output, "log 1  gw-7  epoch 1  segments 1  bytes 8192"), status.output);
    member.leave();
    BOOST_TEST(says(run({"cluster", "status", "--config", file()}).output, "gw-7  stopped  log 1"));
    BOOST_TEST(says(store("list").output, "\nbytes "));
    BOOST_TEST(store("stats").output == store("list").output); // as it was called
}

BOOST_AUTO_TEST_CASE(what_is_wrong_has_its_exit_code_and_no_password) {
    configure("postgresql://somebody:sesame@127.0.0.1:1/sluice");
    auto const nowhere = store("check");
    BOOST_TEST(nowhere.exit_code == 69);
    BOOST_TEST(says(nowhere.errors, "postgresql://somebody:***@127.0.0.1:1/sluice"),
               nowhere.errors);
    BOOST_TEST(!says(nowhere.errors, "sesame"), nowhere.errors);

    server.sql("CREATE ROLE role_" + database + " LOGIN");
    configure(server.url("role_" + database, database));
    auto const poor = store("migrate");
    BOOST_TEST(poor.exit_code == 78);
    BOOST_TEST(says(poor.errors, "permission denied for database"), poor.errors);

    configure(server.url("postgres", database));
    BOOST_TEST(store("migrate").exit_code == 0);
    server.sql("UPDATE sluice.meta SET value = '9' WHERE key = 'version'", database);
    BOOST_TEST(store("migrate").exit_code == 78);
    auto const newer = store("check");
    BOOST_TEST(newer.exit_code == 78);
    BOOST_TEST(says(newer.output, "the schema is of a newer program"), newer.output);
}

BOOST_AUTO_TEST_CASE(without_a_cluster_there_is_nothing_to_look_at) {
    BOOST_TEST(run({"store", "check"}).exit_code == 64);
    sluice::tests::write_whole(file(), "data = \"d\"\n");
    auto const embedded = store("check");
    BOOST_TEST(embedded.exit_code == 78);
    BOOST_TEST(says(embedded.errors, "there is no database"), embedded.errors);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace store_commands_test
