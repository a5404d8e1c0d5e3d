// What ends a start in a cluster, each with its message and exit code: docs/scale.md.
#include "queue/postgres/membership.hpp"
#include "queue/postgres/schema.hpp"
#include "tests/postgres/configured_program.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <string>

namespace start_errors_test {

using namespace sluice::tests;

struct fixture : configured_program {
    void expect_end(int code, std::string_view why) const {
        auto const ended = serve();
        BOOST_TEST(ended.exit_code == code, ended.output << ended.errors);
        BOOST_TEST(says(ended.output + ended.errors, why), ended.output << ended.errors);
    }
};

BOOST_FIXTURE_TEST_SUITE(start_errors, fixture)

BOOST_AUTO_TEST_CASE(a_url_that_leads_nowhere) {
    configure("postgresql://somebody:sesame@127.0.0.1:1/sluice");
    auto const ended = serve();
    BOOST_TEST(ended.exit_code == 69, ended.output << ended.errors);
    BOOST_TEST(says(ended.output + ended.errors, "Connection refused"));
    BOOST_TEST(!says(ended.output + ended.errors, "sesame"));
    configure(server.url("postgres", "no_such_database"));
    expect_end(69, "no_such_database");
}

BOOST_AUTO_TEST_CASE(a_right_that_is_missing_is_named) {
    server.sql("CREATE ROLE role_" + database + " LOGIN");
    configure(server.url("role_" + database, database));
    expect_end(78, "permission denied for database");
}

BOOST_AUTO_TEST_CASE(a_schema_of_a_newer_program) {
    BOOST_TEST(store("migrate").exit_code == 0);
    server.sql("UPDATE sluice.meta SET value = '9' WHERE key = 'version'", database);
    expect_end(78, "version 9, and this program knows " +
                       std::to_string(sluice::queue::postgres::schema_version));
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_sync) {
    postgres_options options;
    options.is_fsync_on = false;
    postgres_server careless(options);
    configure(careless.url());
    expect_end(78, "fsync is off");
}

BOOST_AUTO_TEST_CASE(no_secret) {
    configure(server.url("postgres", database),
              "listen = \"0.0.0.0:0\"\nadvertise = \"127.0.0.1:1\"\n");
    expect_end(78, "other members need \"secret_file\"");
}

BOOST_AUTO_TEST_CASE(a_name_that_another_gateway_lives_under) {
    sluice::queue::postgres::membership_options options;
    options.database.url = server.url("postgres", database);
    options.name = "gw-1";
    options.lease = {std::chrono::seconds(2), std::chrono::seconds(60)};
    sluice::queue::postgres::membership other(options);
    std::string why;
    BOOST_REQUIRE_MESSAGE(other.join(why).has_value(), why);
    expect_end(73, "lives under the name gw-1");
    BOOST_TEST(other.holds());
}

BOOST_AUTO_TEST_CASE(a_start_that_waits_for_a_lease_says_so_and_can_be_ended) {
    BOOST_TEST(store("migrate").exit_code == 0);
    server.sql("INSERT INTO sluice.fence VALUES (1, 1, 'gw-1');"
               "INSERT INTO sluice.member VALUES ('gw-1', 1, 0, false, 'elsewhere', 'b', 1, 1, '', "
               "'', 600000, now(), now())",
               database);
    auto const admin = free_port();
    child_process waiting(options_for(
        {"serve", "--config", file(), "--admin", "127.0.0.1:" + std::to_string(admin)}));
    auto const is_told = [&] {
        return says(waiting.output() + waiting.errors(), "lease of a former self");
    };
    BOOST_TEST(wait_until(is_told), waiting.output() << waiting.errors());
    http_client probe(admin);
    BOOST_TEST(probe.get("/livez").status == 200);
    auto const ready = probe.get("/readyz?verbose");
    BOOST_TEST(ready.status == 503);
    BOOST_TEST(says(ready.body, "[-]start failed: the lease of a former self"), ready.body);
    waiting.signal(SIGTERM);
    BOOST_TEST(wait_until([&] { return !waiting.is_running(); }));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace start_errors_test
