// `Prefer: wait=N`: calls that are answered with the end of their task.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <thread>

namespace wait_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
using namespace std::chrono_literals;

struct wait_fixture : gateway_under_test {
    wait_fixture()
        : gateway_under_test(settings()) {}

    static gateway_settings settings() {
        gateway_settings settings;
        settings.limits = "wait = \"3s\"";
        settings.crm = R"(retry = { schedule = ["100ms"], jitter = 0.0, max_attempts = 2 })"
                       "\nresponse_limit = \"2KiB\"\ntimeout = \"6s\"";
        settings.central = R"(retry = { schedule = ["100ms"], jitter = 0.0, max_attempts = 3 })";
        return settings;
    }

    static http_headers prefer(std::string const& what, http_headers headers = json_bearer()) {
        headers.emplace_back("Prefer", what);
        return headers;
    }

    void answer(destination_answer given) {
        destination().answer_with([given](http_request const&, std::size_t) { return given; });
    }

    http_response create_outbound(std::string const& preference, std::string const& more = {}) {
        return client().post("/v1/webhooks/createOutbound", prefer(preference),
                             R"({"apiVersion":"1.0","securityID":")" + std::string(security_id) +
                                 R"(","flowID":"flow0001","clientID":"c","delayMinutes":0,)" +
                                 R"("contactNumbers":"9879964805")" + more + "}");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(wait, wait_fixture)

BOOST_AUTO_TEST_CASE(the_proxy_answers_as_the_destination_did) {
    answer({.status = 201,
            .headers = {{"Content-Type", "text/csv"}, {"X-Private", "1"}},
            .body = "a,b\n1,2\n"});
    auto const got = client().post("/in/crm/orders", prefer("wait=2", {}), "x");
    BOOST_TEST(got.status == 201);
    BOOST_TEST(got.header("Content-Type") == "text/csv");
    BOOST_TEST(got.body == "a,b\n1,2\n");
    BOOST_TEST(got.header("Preference-Applied") == "wait=2");
    BOOST_TEST(!has_header(got.headers, "X-Private"));
    auto const id = got.header("Sluice-Task");
    BOOST_REQUIRE_EQUAL(id.size(), 36U);
    BOOST_TEST(json_at(task(id).body, "/state") == "delivered");
    // What the caller prefers is nothing to the destination.
    BOOST_TEST(!has_header(destination().deliveries().at(0).request.headers, "Prefer"));
}

// Location would be what the destination has made, or where it sends the caller.
BOOST_AUTO_TEST_CASE(the_tasks_location_is_not_given_as_the_destinations) {
    for (auto const status : {201, 302, 307}) {
        answer({.status = status, .body = "there"});
        auto const got = client().post("/in/crm", prefer("wait=3", {}), "x");
        BOOST_TEST(got.status == status);
        BOOST_TEST(!has_header(got.headers, "Location"), status);
        BOOST_TEST(got.header("Sluice-Task").size() == 36U);
        BOOST_TEST(got.header("Sluice-Durability") == "fsync");
    }
    answer({.status = 404, .body = "no such thing"});
    auto const got = client().post("/in/crm", prefer("wait=3", {}), "x");
    BOOST_TEST(got.header("Location") == "/v1/tasks/" + got.header("Sluice-Task"));
}

BOOST_AUTO_TEST_CASE(a_repeat_that_is_answered_at_once_does_not_say_that_it_waited) {
    answer({.body = "late", .delay = 2s});
    auto const same = [&](http_headers headers) {
        headers.emplace_back("Idempotency-Key", "k");
        return client().post("/in/crm", headers, "x");
    };
    BOOST_TEST(same({}).status == 202);
    auto const again = same(prefer("wait=3", {}));
    BOOST_TEST(again.status == 202);
    BOOST_TEST(!has_header(again.headers, "Preference-Applied"));
}

BOOST_AUTO_TEST_CASE(a_waited_answer_is_whole_also_where_a_note_keeps_a_part) {
    answer({.body = std::string(1900, 'y')});
    BOOST_TEST(client().post("/in/crm", prefer("wait=2", {}), "x").body == std::string(1900, 'y'));
}

BOOST_AUTO_TEST_CASE(an_answer_beyond_the_limit_is_never_passed_on_in_part) {
    answer({.body = std::string(3000, 'y')});
    auto const got = client().post("/in/crm", prefer("wait=2", {}), "x");
    BOOST_TEST(got.status == 502);
    BOOST_TEST(got.body.find("response_limit") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_failure_that_is_retried_keeps_waiting) {
    destination().answer_with([](http_request const&, std::size_t n) {
        return destination_answer{.status = n == 1 ? 503 : 200, .body = "at last"};
    });
    auto const got = client().post("/in/crm", prefer("wait=3", {}), "x");
    BOOST_TEST(got.status == 200);
    BOOST_TEST(got.body == "at last");
}

BOOST_AUTO_TEST_CASE(a_dead_delivery_gives_the_last_answer_on_the_proxy_and_502_elsewhere) {
    answer({.status = 404, .headers = {{"Content-Type", "text/plain"}}, .body = "no such thing"});
    auto const proxied = client().post("/in/crm", prefer("wait=3", {}), "x");
    BOOST_TEST(proxied.status == 404);
    BOOST_TEST(proxied.body == "no such thing");
    auto const posted =
        client().post("/v1/tasks", prefer("wait=3"), R"({"destination":"crm","body":"x"})");
    BOOST_TEST(posted.status == 502);
    BOOST_TEST(posted.header("Content-Type").starts_with("application/problem+json"));
    BOOST_TEST(json_at(posted.body, "/detail").find("404") != std::string::npos);
    BOOST_TEST(posted.header("Location").starts_with("/v1/tasks/"));
    answer({.hang_up = true});
    BOOST_TEST(client().post("/in/crm", prefer("wait=3", {}), "x").status == 502);
}

BOOST_AUTO_TEST_CASE(a_task_is_answered_with_its_state_and_response) {
    answer({.body = "hello"});
    auto const got =
        client().post("/v1/tasks", prefer("wait=3"), R"({"destination":"crm","body":"x"})");
    BOOST_TEST(got.status == 200);
    BOOST_TEST(json_at(got.body, "/state") == "delivered");
    BOOST_TEST(json_at(got.body, "/status") == "200");
    BOOST_TEST(json_at(got.body, "/response") == "hello");
    BOOST_TEST(got.header("Location") == "/v1/tasks/" + json_at(got.body, "/id"));
    BOOST_TEST(got.header("Sluice-Durability") == "fsync");
}

BOOST_AUTO_TEST_CASE(an_outbound_call_is_answered_with_its_final_variables) {
    answer({.body = R"({"api-response-code":200,"call-details":[{"phonon-uuid":"u-1"}]})"});
    auto const got = create_outbound("wait=3");
    BOOST_TEST(got.status == 200);
    BOOST_TEST(variable_of(got.body, "$flow.key.obdResponseCode") == "200");
    BOOST_TEST(variable_of(got.body, "$flow.key.obdPhononUUID") == "u-1");
    BOOST_TEST(variable_of(got.body, "$flow.key.obdReqID") == json_at(got.body, "/request-id"));
    BOOST_TEST(got.header("Preference-Applied") == "wait=3");
    answer({.body = R"({"api-response-code":205})"});
    BOOST_TEST(create_outbound("wait=3").status == 502);
}

BOOST_AUTO_TEST_CASE(when_the_time_is_over_the_usual_202_is_given) {
    answer({.body = "late", .delay = 2s});
    auto const before = std::chrono::steady_clock::now();
    auto const got = client().post("/in/crm", prefer("wait=1", {}), "x");
    auto const passed = std::chrono::steady_clock::now() - before;
    BOOST_TEST(got.status == 202);
    BOOST_TEST((passed >= 990ms));
    auto const id = json_at(got.body, "/request-id");
    BOOST_TEST(got.header("Location") == "/v1/tasks/" + id);
    BOOST_TEST(variable_of(got.body, "$flow.key.obdResponseCode") == "202");
    BOOST_REQUIRE(wait_for_state(id, "delivered"));
    BOOST_TEST(destination().count() == 1U);
}

BOOST_AUTO_TEST_CASE(the_limit_bounds_the_wish) {
    answer({.body = "late", .delay = 5s});
    auto const before = std::chrono::steady_clock::now();
    auto const got = client().post("/in/crm", prefer("wait=600", {}), "x");
    auto const passed = std::chrono::steady_clock::now() - before;
    BOOST_TEST(got.status == 202);
    BOOST_TEST(got.header("Preference-Applied") == "wait=3");
    BOOST_TEST((passed >= 2990ms));
    BOOST_TEST((passed < 4900ms));
}

BOOST_AUTO_TEST_CASE(what_is_due_later_or_goes_to_many_is_not_waited_for) {
    auto const later = client().post("/v1/tasks", prefer("wait=2"),
                                     R"({"destination":"crm","body":"x","delay":"1h"})");
    BOOST_TEST(later.status == 202);
    BOOST_TEST(!has_header(later.headers, "Preference-Applied"));
    auto const many =
        client().post("/v1/tasks", prefer("wait=2"), R"({"destination":["crm","crm"],"body":"x"})");
    BOOST_TEST(many.status == 202);
    BOOST_TEST(!has_header(many.headers, "Preference-Applied"));
}

BOOST_AUTO_TEST_CASE(a_caller_that_leaves_is_forgotten_and_its_task_is_not) {
    answer({.body = "late", .delay = 2500ms});
    {
        tcp_connection leaving(ports().public_listener, 1s);
        leaving.write("POST /in/crm HTTP/1.1\r\nHost: x\r\nPrefer: wait=3\r\n"
                      "Content-Length: 1\r\n\r\nx");
        BOOST_REQUIRE(destination().wait_for(1));
    }
    BOOST_TEST(wait_until([&] { return metric("sluice_tasks_finished_total", "delivered") == 1; }));
    // The admin listener's connections are not counted.
    BOOST_TEST(wait_until([&] { return metric("sluice_connections") == 0; }));
    BOOST_TEST(stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_stop_answers_everybody_who_waits) {
    answer({.body = "late", .delay = 2500ms});
    http_response got;
    std::thread caller([&] {
        auto connection = client();
        got = connection.post("/in/crm", prefer("wait=3", {}), "x");
    });
    BOOST_REQUIRE(destination().wait_for(1));
    auto const before = std::chrono::steady_clock::now();
    process().signal(SIGTERM);
    caller.join();
    BOOST_TEST(got.status == 202);
    BOOST_TEST((std::chrono::steady_clock::now() - before < 2s));
    BOOST_TEST(stop() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace wait_test
