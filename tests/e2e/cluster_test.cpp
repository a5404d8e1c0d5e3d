// Several gateways over one PostgreSQL, which the tests start themselves: whatever dies, freezes or
// is cut off, nothing acknowledged is lost.
#include "tests/e2e/cluster_members.hpp"
#include "tests/support/postgres_server.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <csignal>
#include <optional>
#include <set>
#include <thread>

namespace cluster_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
using namespace std::chrono_literals;

// Posts `count` numbered bodies; those that were acknowledged.
std::set<std::string> post(gateway_under_test& to, std::string const& prefix, int count) {
    std::set<std::string> acknowledged;
    auto client = to.client();
    for (int i = 0; i < count; ++i) {
        auto const body = prefix + std::to_string(i);
        auto const answer = client.try_request("POST", "/in/shared", {}, body);
        if (answer && answer->status == 202) acknowledged.insert(body);
    }
    return acknowledged;
}

// Answers 503 to everything until it is opened.
struct closed_destination {
    closed_destination() {
        destination.answer_with([this](auto const&, auto) {
            return is_down ? destination_answer{503, {}, "not now", 0ms, false}
                           : destination_answer();
        });
    }
    std::atomic<bool> is_down = true; // before the destination, whose threads ask it
    recording_destination destination;
};

} // namespace

BOOST_AUTO_TEST_SUITE(cluster)

BOOST_AUTO_TEST_CASE(one_gateway_keeps_its_queue_in_postgresql) {
    auto const url = shared_postgres().make_database();
    recording_destination destination;
    gateway_under_test gateway(cluster_member("gw-1", url, destination));
    auto const answer = gateway.client().post("/in/shared", {}, "hello");
    BOOST_TEST(answer.status == 202);
    BOOST_TEST(answer.header("Sluice-Durability") == "postgres");
    BOOST_TEST(all_arrive(destination, {"hello"}));
    BOOST_TEST(gateway.wait_for_state(json_at(answer.body, "/request-id"), "delivered"));
    auto const ready = gateway.admin().get("/readyz?verbose");
    BOOST_TEST(ready.body.find("durability postgres") != std::string::npos, ready.body);
    BOOST_TEST(gateway.stop() == 0);
    gateway.start();
    BOOST_TEST(gateway.task(json_at(answer.body, "/request-id")).status == 200); // the history
    BOOST_TEST(destination.count() == 1U);
}

BOOST_AUTO_TEST_CASE(what_a_killed_gateway_kept_is_delivered_after_its_restart) {
    auto const url = shared_postgres().make_database();
    closed_destination closed;
    auto& destination = closed.destination;
    gateway_under_test gateway(cluster_member("gw-1", url, destination));
    auto const kept = post(gateway, "kept-", 50);
    BOOST_TEST(kept.size() == 50U);
    gateway.kill();
    closed.is_down = false;
    gateway.start(); // at once: its former self is provably gone
    BOOST_TEST(all_arrive(destination, kept));
}

BOOST_AUTO_TEST_CASE(what_a_killed_gateway_kept_is_delivered_by_another) {
    auto const url = shared_postgres().make_database();
    closed_destination closed;
    auto& destination = closed.destination;
    gateway_under_test one(cluster_member("gw-1", url, destination));
    gateway_under_test other(cluster_member("gw-2", url, destination));
    auto kept = post(one, "one-", 200);
    kept.merge(post(other, "other-", 20));
    BOOST_TEST(kept.size() == 220U);
    one.kill();
    closed.is_down = false;
    BOOST_TEST(all_arrive(destination, kept));
    BOOST_TEST(wait_until([&] { return other.log().find("was taken over") != std::string::npos; }));
    // The dead one comes back, under its name, and with another log.
    one.start();
    auto const fresh = post(one, "fresh-", 20);
    BOOST_TEST(fresh.size() == 20U);
    BOOST_TEST(all_arrive(destination, fresh));
    BOOST_TEST(other.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_name_that_is_in_use_is_refused) {
    auto const url = shared_postgres().make_database();
    recording_destination destination;
    gateway_under_test one(cluster_member("gw-1", url, destination));
    BOOST_CHECK_EXCEPTION(gateway_under_test(cluster_member("gw-1", url, destination)),
                          std::runtime_error, [](auto const& error) {
                              return std::string(error.what()).find("lives under this name") !=
                                     std::string::npos;
                          });
}

BOOST_AUTO_TEST_CASE(a_gateway_that_was_frozen_sends_nothing_that_another_took_over) {
    auto const url = shared_postgres().make_database();
    recording_destination destination;
    gateway_under_test one(cluster_member("gw-1", url, destination));
    gateway_under_test other(cluster_member("gw-2", url, destination));
    // Due when the one is frozen.
    std::set<std::string> kept;
    auto client = one.client();
    for (int i = 0; i < 50; ++i) {
        auto const body = "later-" + std::to_string(i);
        auto const answer =
            client.post("/v1/tasks", json_bearer(),
                        R"({"destination":"shared","delay":"3s","body":")" + body + "\"}");
        if (answer.status == 202) kept.insert(body);
    }
    BOOST_TEST(kept.size() == 50U);
    one.process().signal(SIGSTOP);
    BOOST_TEST(all_arrive(destination, kept));
    one.process().signal(SIGCONT);
    BOOST_TEST(one.process().wait() == 73);
    for (auto const& [body, count] : count_by_body(destination))
        BOOST_TEST(count == 1U, body);
}

BOOST_AUTO_TEST_CASE(a_gateway_that_stops_is_not_adopted_before_it_may_rejoin) {
    auto const url = shared_postgres().make_database();
    closed_destination closed;
    auto& destination = closed.destination;
    gateway_under_test one(cluster_member("gw-1", url, destination));
    gateway_under_test other(cluster_member("gw-2", url, destination));
    auto const kept = post(one, "kept-", 20);
    BOOST_TEST(one.stop() == 0);
    one.start();
    closed.is_down = false;
    BOOST_TEST(all_arrive(destination, kept));
    BOOST_TEST(other.log().find("was taken over") == std::string::npos);
    BOOST_TEST(one.stop() == 0);
    closed.is_down = true;
    BOOST_TEST(wait_until([&] { return other.log().find("was taken over") != std::string::npos; }));
}

BOOST_AUTO_TEST_CASE(calls_are_refused_at_once_while_postgresql_is_away) {
    postgres_server server;
    recording_destination destination;
    gateway_under_test gateway(cluster_member("gw-1", server.make_database(), destination));
    auto const kept = post(gateway, "before-", 10);
    server.kill();
    std::optional<http_response> waited; // in a batch of which nobody knows yet what became of it
    std::thread waiting(
        [&] { waited = gateway.client().try_request("POST", "/in/shared", {}, "waits"); });
    BOOST_TEST(wait_until([&] {
        auto const ready = gateway.admin().get("/readyz?verbose");
        return ready.status == 503 && ready.body.find("no commit for") != std::string::npos;
    }));
    auto const refused = gateway.client().post("/in/shared", {}, "refused");
    BOOST_TEST(refused.status == 503);
    BOOST_TEST(!refused.header("Retry-After").empty());
    server.start();
    waiting.join();
    BOOST_REQUIRE(waited);
    BOOST_TEST(waited->status == 202);
    BOOST_TEST(wait_until([&] { return gateway.admin().get("/readyz").status == 200; }));
    auto after = post(gateway, "after-", 10);
    BOOST_TEST(after.size() == 10U);
    after.merge(std::set<std::string>(kept));
    BOOST_TEST(all_arrive(destination, after));
}

// As after the promotion of a replica that had not received the last batches.
BOOST_AUTO_TEST_CASE(a_gateway_whose_acknowledged_batches_are_gone_ends_with_65_and_names_them) {
    postgres_server server;
    auto const database = server.make_database_name();
    recording_destination destination;
    gateway_under_test gateway(
        cluster_member("gw-1", server.url("postgres", database), destination));
    BOOST_TEST(post(gateway, "kept-", 5).size() == 5U);
    BOOST_TEST(destination.wait_for(5));
    // In one transaction, so that nothing is written between the loss and the cut.
    server.sql(
        "DO $$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_tables WHERE "
        "schemaname = 'sluice' AND tablename LIKE 'batch%' LOOP EXECUTE 'LOCK TABLE sluice.' "
        "|| t || ' IN ACCESS EXCLUSIVE MODE'; EXECUTE 'DELETE FROM sluice.' || t; END LOOP; "
        "PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
        "current_database() AND pid <> pg_backend_pid(); END $$",
        database);
    (void)gateway.client().try_request("POST", "/in/shared", {}, "behind the hole");
    BOOST_TEST(gateway.process().wait() == 65);
    BOOST_TEST(gateway.log().find("acknowledged up to the batch at ") != std::string::npos);
}

// The primary dies under load; its synchronous standby has everything that was acknowledged.
BOOST_AUTO_TEST_CASE(a_promoted_standby_has_every_acknowledged_call) {
    postgres_server primary;
    auto const database = primary.make_database_name();
    postgres_server standby(primary, "standby");
    primary.require_standby("ANY 1 (standby)");
    recording_destination destination;
    gateway_under_test gateway(
        cluster_member("gw-1", joint_url(primary, standby, database), destination));
    BOOST_TEST(gateway.client().post("/in/shared", {}, "first").header("Sluice-Durability") ==
               "replicated");
    steady_load load({gateway.ports().public_listener});
    BOOST_TEST(load.wait_for_more(200));
    primary.kill();
    standby.promote();
    BOOST_TEST(load.wait_for_more(200), "it goes on at the standby");
    load.end();
    BOOST_TEST(all_arrive(destination, load.acknowledged()));
    BOOST_TEST(all_arrive(destination, {"first"}));
    BOOST_TEST(gateway.stop() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cluster_test
