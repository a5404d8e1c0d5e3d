#include "queue/postgres/schema.hpp"
#include "tests/support/postgres_server.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <thread>
#include <vector>

namespace schema_test {

using namespace sluice::queue::postgres;
using sluice::tests::postgres_options;
using sluice::tests::postgres_server;
using sluice::tests::shared_postgres;

connection open(std::string const& url) {
    std::string why;
    auto made = connection::open({url}, why);
    BOOST_REQUIRE_MESSAGE(made.has_value(), why);
    return std::move(*made);
}

struct outcome {
    boost::system::result<schema_state> state;
    std::string why;
};

outcome prepare(std::string const& url) {
    auto to = open(url);
    outcome out{schema_state{}, {}};
    out.state = prepare_schema(to, out.why);
    return out;
}

// A database, and a role that may log in and nothing else.
struct fixture {
    postgres_server& server = shared_postgres();
    std::string database = server.make_database_name();
    std::string role = "role_" + database;

    fixture() { server.sql("CREATE ROLE " + role + " LOGIN"); }
    std::string url() const { return server.url("postgres", database); }
    std::string role_url() const { return server.url(role, database); }
    std::string sql(std::string const& text) { return server.sql(text, database); }

    void expect(boost::system::error_code ec, std::string_view why, std::string const& at) {
        auto const got = prepare(at);
        BOOST_REQUIRE(got.state.has_error());
        BOOST_TEST(got.state.error() == ec);
        BOOST_TEST(got.why.find(why) != std::string::npos, got.why);
    }
};

BOOST_FIXTURE_TEST_SUITE(schema, fixture)

BOOST_AUTO_TEST_CASE(the_first_gateway_makes_it_and_the_next_finds_it) {
    auto const first = prepare(url());
    BOOST_REQUIRE_MESSAGE(first.state.has_value(), first.why);
    BOOST_TEST(first.state->version == schema_version);
    BOOST_TEST(first.state->cluster_id.size() == 36U);
    BOOST_TEST(first.state->database == database);
    BOOST_TEST(first.state->sees_standbys); // a superuser
    auto const second = prepare(url());
    BOOST_REQUIRE_MESSAGE(second.state.has_value(), second.why);
    BOOST_TEST(second.state->cluster_id == first.state->cluster_id);
    BOOST_TEST(sql("SELECT nextval('sluice.log_number')") == "1");
}

BOOST_AUTO_TEST_CASE(gateways_that_start_at_once_make_one) {
    std::vector<outcome> got(6, outcome{schema_state{}, {}});
    std::vector<std::thread> threads;
    for (auto& one : got)
        threads.emplace_back([&] { one = prepare(url()); });
    for (auto& thread : threads)
        thread.join();
    for (auto const& one : got) {
        BOOST_REQUIRE_MESSAGE(one.state.has_value(), one.why);
        BOOST_TEST(one.state->cluster_id == got.front().state->cluster_id);
    }
}

BOOST_AUTO_TEST_CASE(what_a_newer_program_made_is_left_alone) {
    BOOST_REQUIRE(prepare(url()).state.has_value());
    sql("UPDATE sluice.meta SET value = '999' WHERE key = 'version'");
    expect(postgres_errc::newer_schema,
           "version 999, and this program knows " + std::to_string(schema_version), url());
}

BOOST_AUTO_TEST_CASE(a_role_without_rights_is_told_which_one_it_lacks) {
    expect(postgres_errc::missing_right, "permission denied for database " + database, role_url());
    BOOST_REQUIRE(prepare(url()).state.has_value());
    expect(postgres_errc::missing_right, "permission denied for schema sluice", role_url());
    sql("GRANT USAGE ON SCHEMA sluice TO " + role);
    expect(postgres_errc::missing_right, "permission denied for table meta", role_url());
    sql("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA sluice TO " + role);
    expect(postgres_errc::missing_right, role + " lacks CREATE on schema sluice", role_url());
    sql("GRANT CREATE ON SCHEMA sluice TO " + role);
    expect(postgres_errc::missing_right, role + " lacks USAGE on sequence sluice.log_number",
           role_url());
    sql("GRANT USAGE ON ALL SEQUENCES IN SCHEMA sluice TO " + role);
    expect(postgres_errc::missing_right, "membership in role postgres, which owns sluice.",
           role_url());
}

BOOST_AUTO_TEST_CASE(an_empty_schema_of_its_own_is_right_enough) {
    sql("CREATE SCHEMA sluice AUTHORIZATION " + role);
    auto const got = prepare(role_url());
    BOOST_REQUIRE_MESSAGE(got.state.has_value(), got.why);
    BOOST_TEST(!got.state->sees_standbys);
    sql("GRANT pg_monitor TO " + role);
    BOOST_TEST(prepare(role_url()).state->sees_standbys);
}

BOOST_AUTO_TEST_CASE(a_look_changes_nothing) {
    auto to = open(url());
    std::string why;
    auto const state = inspect_schema(to, why);
    BOOST_REQUIRE_MESSAGE(state.has_value(), why);
    BOOST_TEST(state->version == 0);
    BOOST_TEST(sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'sluice'") == "0");
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_sync_is_refused) {
    postgres_options options;
    options.is_fsync_on = false;
    postgres_server careless(options);
    expect(postgres_errc::unsuitable, "fsync is off", careless.url());
}

BOOST_AUTO_TEST_CASE(a_role_cannot_weaken_what_a_commit_means) {
    server.sql("ALTER ROLE " + role + " SET synchronous_commit = off");
    auto off = open(role_url());
    BOOST_TEST(off.execute("SHOW synchronous_commit")->text(0, 0) == "on");
    server.sql("ALTER ROLE " + role + " SET synchronous_commit = remote_apply");
    auto apply = open(role_url());
    BOOST_TEST(apply.execute("SHOW synchronous_commit")->text(0, 0) == "remote_apply");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace schema_test
