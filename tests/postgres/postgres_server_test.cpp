// The server that the other tests of this program stand on: what they take for granted of it.
#include "tests/support/postgres_server.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

namespace postgres_server_test {

using sluice::tests::joint_url;
using sluice::tests::postgres_server;

BOOST_AUTO_TEST_SUITE(postgres_server_test)

BOOST_AUTO_TEST_CASE(it_survives_a_kill_with_what_was_committed) {
    postgres_server server;
    auto const name = server.make_database_name();
    server.sql("CREATE TABLE kept (n integer); INSERT INTO kept VALUES (7)", name);
    BOOST_TEST(server.sql("SHOW fsync") == "on");
    server.kill();
    BOOST_CHECK_THROW(server.sql("SELECT 1"), std::runtime_error);
    server.start();
    BOOST_TEST(server.sql("SELECT n, n + 1 FROM kept", name) == "7|8");
    server.stop();
    server.start();
    BOOST_TEST(server.sql("SELECT n FROM kept", name) == "7");
}

BOOST_AUTO_TEST_CASE(it_stands_still_while_it_is_frozen) {
    postgres_server server;
    server.freeze();
    server.thaw();
    BOOST_TEST(server.sql("SELECT 1") == "1");
}

BOOST_AUTO_TEST_CASE(a_standby_has_what_was_committed_and_takes_over) {
    postgres_server primary;
    auto const name = primary.make_database_name();
    postgres_server standby(primary, "second");
    primary.require_standby("ANY 1 (second)");
    primary.sql("CREATE TABLE kept (n integer)", name);
    primary.sql("INSERT INTO kept VALUES (7)", name);
    primary.kill();
    standby.promote();
    BOOST_TEST(standby.sql("SELECT n FROM kept", name) == "7");
    standby.sql("INSERT INTO kept VALUES (8)", name);
    BOOST_TEST(joint_url(primary, standby, name).find(std::to_string(standby.port())) !=
               std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace postgres_server_test
