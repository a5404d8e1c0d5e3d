// The admin listener: health, metrics, console; and that none of it is on the public one.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/raw_client.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

namespace admin_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

http_headers token() {
    return {{"Authorization", std::string("Bearer ") + admin_token}};
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(admin_listener, gateway_under_test)

BOOST_AUTO_TEST_CASE(it_is_alive_and_ready) {
    BOOST_TEST(admin().get("/livez").status == 200);
    BOOST_TEST(admin().get("/readyz").status == 200);
    auto const verbose = admin().get("/readyz?verbose");
    BOOST_TEST(verbose.status == 200);
    BOOST_TEST(verbose.body.find("fsync") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_metrics_have_their_names_and_labels) {
    BOOST_TEST(client().post("/in/crm", {}, "x").status == 202);
    BOOST_REQUIRE(destination().wait_for(1));
    auto const answer = admin().get("/metrics");
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.header("Content-Type").starts_with("text/plain"));
    for (auto const* series :
         {"sluice_tasks_accepted_total{route=\"/in/crm\"} 1", "sluice_attempts_total{",
          "sluice_accept_duration_seconds_bucket{", "sluice_delivery_duration_seconds_bucket{",
          "sluice_schedule_lateness_seconds_bucket{", "sluice_queue_tasks{",
          "sluice_queue_oldest_seconds", "sluice_journal_fsync_seconds_bucket{",
          "sluice_build_info{"}) {
        BOOST_TEST(answer.body.find(series) != std::string::npos, series << " is missing");
    }
}

BOOST_AUTO_TEST_CASE(attempts_are_counted_by_destination_and_outcome) {
    client().post("/in/crm", {}, "x");
    BOOST_REQUIRE(destination().wait_for(1));
    BOOST_TEST(wait_for_state(
        json_at(client().post("/v1/tasks", json_bearer(), R"({"destination":"crm"})").body, "/id"),
        "delivered"));
    BOOST_TEST(metric("sluice_attempts_total", "destination=\"crm\"") == 2);
}

BOOST_AUTO_TEST_CASE(the_api_description_and_the_console_are_served) {
    auto const description = admin().get("/openapi.json");
    BOOST_TEST(description.status == 200);
    BOOST_TEST(json_at(description.body, "/openapi").starts_with("3.1"));
    auto const console = admin().get("/");
    BOOST_TEST(console.status == 200);
    BOOST_TEST(console.header("Content-Type").starts_with("text/html"));
}

BOOST_AUTO_TEST_CASE(changes_need_the_token) {
    BOOST_TEST(admin().get("/v1/destinations").status == 401);
    BOOST_TEST(admin().post("/v1/destinations/crm/pause", {}, "").status == 401);
    http_headers const wrong{{"Authorization", "Bearer wrong"}};
    BOOST_TEST(admin().post("/v1/destinations/crm/pause", wrong, "").status == 401);
    BOOST_TEST(admin().get("/v1/destinations", token()).status == 200);
}

BOOST_AUTO_TEST_CASE(nothing_of_it_is_on_the_public_listener_by_any_spelling) {
    std::string const host = "127.0.0.1:" + std::to_string(ports().public_listener);
    for (std::string const path : {"/",
                                   "/livez",
                                   "/readyz",
                                   "/metrics",
                                   "/openapi.json",
                                   "/v1/destinations",
                                   "/v1/events",
                                   "/v1/dead",
                                   "//metrics",
                                   "/./metrics",
                                   "/x/../metrics",
                                   "/%6detrics",
                                   "/metrics/",
                                   "/metrics?x",
                                   "/%2e/metrics",
                                   "/in/../metrics",
                                   "/METRICS",
                                   "/metrics%00",
                                   "/;/metrics",
                                   "/readyz?verbose",
                                   "/admin",
                                   "//admin",
                                   "/%61dmin"}) {
        auto const answer = client().get(path, token());
        // A path with dot segments or an escaped NUL may be refused as malformed instead.
        BOOST_TEST((answer.status == 404 || answer.status == 400), path << ": " << answer.status);
    }
    BOOST_TEST(client().get("http://" + host + "/metrics").status == 404);
    BOOST_TEST(client().get("/nowhere", {{"X-Original-URL", "/metrics"}}).status == 404);
    BOOST_TEST(client().get("/nowhere", {{"X-Rewrite-URL", "/metrics"}}).status == 404);
    BOOST_TEST(destination().count() == 0U);
}

BOOST_AUTO_TEST_CASE(a_paused_destination_holds_its_tasks_until_it_is_resumed) {
    BOOST_TEST(admin().post("/v1/destinations/crm/pause", token(), "").status / 100 == 2);
    auto const answer =
        client().post("/v1/tasks", json_bearer(), R"({"destination":"crm","body":"x"})");
    BOOST_TEST(answer.status == 202);
    auto const path = "/v1/tasks/" + json_at(answer.body, "/id");
    BOOST_TEST(json_at(client().get(path + "/explain", bearer()).body, "/reasons/0/kind") ==
               "paused");
    BOOST_TEST(destination().count() == 0U);
    BOOST_TEST(admin().post("/v1/destinations/crm/resume", token(), "").status / 100 == 2);
    BOOST_TEST(destination().wait_for(1));
}

// The status of GET /livez with this Host.
std::string status_for_host(gateway_under_test& gateway, std::string const& host) {
    raw_client peer(gateway.ports().admin_listener);
    peer.send("GET /livez HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    return peer.receive_all().substr(9, 3);
}

BOOST_AUTO_TEST_CASE(it_answers_to_addresses_localhost_and_configured_names_only) {
    gateway_settings settings;
    settings.top = "admin_hosts = [\"ops.example.com\"]\n";
    gateway_under_test gateway(settings);
    for (auto const* host : {"127.0.0.1", "127.0.0.1:8081", "[::1]:8081", "localhost",
                             "LOCALHOST:1", "10.1.2.3", "ops.example.com", "Ops.Example.com:443"})
        BOOST_TEST(status_for_host(gateway, host) == "200", host);
    for (auto const* host : {"evil.example", "evil.example:8081", "localhost.evil.example",
                             "127.0.0.1.evil.example", "x.ops.example.com"})
        BOOST_TEST(status_for_host(gateway, host) == "421", host);
}

BOOST_AUTO_TEST_CASE(guesses_of_the_token_are_slowed_and_told_and_the_token_is_not) {
    http_headers const guess{{"Authorization", "Bearer guess"}};
    std::string seen;
    for (int i = 0; i < 12; ++i)
        seen += std::to_string(admin().get("/v1/jobs", guess).status) + " ";
    BOOST_TEST(seen == "401 401 401 401 401 401 401 401 401 401 429 429 ");
    BOOST_TEST(admin().get("/v1/jobs", token()).status == 200);
    BOOST_TEST(log().find("an admin call had a wrong token") != std::string::npos);
    BOOST_TEST(log().find("Bearer guess") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace admin_test
