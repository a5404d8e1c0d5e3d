// /in/{route}: what came in is what goes out, but for what belongs to one connection only.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

namespace in_route_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

struct proxy_fixture : gateway_under_test {
    proxy_fixture()
        : gateway_under_test(settings()) {}

    static gateway_settings settings() {
        gateway_settings settings;
        settings.more = destination_table("special", "/special?fixed=1") +
                        destination_table("audit", "/audit") +
                        destination_table("signing", "/signing",
                                          "secret = \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"\n") +
                        route_table("/in/signing", "\"signing\"") +
                        route_table("/in/out", "\"central\"") +
                        route_table("/in/crm/special", "\"special\"") +
                        route_table("/in/both", "\"crm\", \"audit\"");
        return settings;
    }

    http_request delivered(std::size_t n = 1) {
        BOOST_REQUIRE(destination().wait_for(n));
        return destination().deliveries().at(n - 1).request;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(proxy, proxy_fixture)

BOOST_AUTO_TEST_CASE(method_path_query_headers_and_body_arrive_as_they_were) {
    std::string const body = "{ \"b\" : 1.10,\r\n \"a\":[ ] }\n";
    auto const answer = client().request("PUT", "/in/crm/contacts/4%2F2?q=a%20b&q=",
                                         {{"Content-Type", "application/json; charset=utf-8"},
                                          {"X-Custom", "value with spaces"},
                                          {"X-Twice", "one"},
                                          {"X-Twice", "two"}},
                                         body);
    BOOST_TEST(answer.status == 202);
    auto const sent = delivered();
    BOOST_TEST(sent.method == "PUT");
    BOOST_TEST(sent.target == "/crm/contacts/4%2F2?q=a%20b&q=");
    BOOST_TEST(sent.header("Content-Type") == "application/json; charset=utf-8");
    BOOST_TEST(sent.header("X-Custom") == "value with spaces");
    BOOST_TEST(sent.header("X-Twice").starts_with("one"));
    BOOST_TEST(sent.header("Host") == "127.0.0.1:" + std::to_string(destination().port()));
    BOOST_TEST(sent.body == body);
}

BOOST_AUTO_TEST_CASE(raw_bytes_are_taken_and_passed_on_percent_encoded) {
    auto const answer = client().post("/in/crm/a|b{c}^?q=[1]&r=\"x\"", {}, "x");
    BOOST_TEST(answer.status == 202);
    BOOST_TEST(delivered().target == "/crm/a%7Cb%7Bc%7D%5E?q=%5B1%5D&r=%22x%22");
    auto const bad = client().post("/in/crm/a%2", {}, "x");
    BOOST_TEST(bad.status == 400);
    BOOST_TEST(json_at(bad.body, "/detail").ends_with("behind it at byte 10."), bad.body);
}

BOOST_AUTO_TEST_CASE(headers_of_the_connection_stay_behind) {
    client().request("POST", "/in/crm",
                     {{"Connection", "keep-alive, X-Hop"},
                      {"X-Hop", "1"},
                      {"Keep-Alive", "timeout=5"},
                      {"TE", "trailers"},
                      {"Upgrade", "h2c"},
                      {"Proxy-Authorization", "Basic eDp5"},
                      {"X-End", "stays"}},
                     "body");
    auto const sent = delivered();
    for (auto const* name :
         {"X-Hop", "Keep-Alive", "TE", "Upgrade", "Proxy-Authorization", "Trailer"}) {
        BOOST_TEST(!has_header(sent.headers, name), name << " was passed on");
    }
    BOOST_TEST(sent.header("X-End") == "stays");
}

BOOST_AUTO_TEST_CASE(no_field_that_is_no_list_is_sent_twice) {
    http_headers const signed_by_caller{{"webhook-id", "evil"},
                                        {"webhook-timestamp", "1"},
                                        {"webhook-signature", "v1,zz"},
                                        {"User-Agent", "flow/1"}};
    auto const count = [](http_request const& sent, std::string const& name) {
        return std::ranges::count_if(sent.headers,
                                     [&](auto const& each) { return has_header({each}, name); });
    };
    // As its sender signed it, where the gateway signs nothing.
    client().post("/in/crm", signed_by_caller, "x");
    auto sent = delivered(1);
    BOOST_TEST(sent.header("webhook-id") == "evil");
    BOOST_TEST(sent.header("webhook-signature") == "v1,zz");
    BOOST_TEST(sent.header("User-Agent") == "flow/1");
    // A part of a signature is none.
    client().post("/in/crm", {{"Webhook-Id", "evil"}, {"Webhook-Signature", "v1,zz"}}, "x");
    sent = delivered(2);
    BOOST_TEST(sent.header("webhook-id").size() == 36U);
    BOOST_TEST(sent.header("webhook-signature").empty());
    BOOST_TEST(sent.header("User-Agent") == "Sluice");
    // A destination whose deliveries are signed gets the gateway's alone.
    client().post("/in/signing", signed_by_caller, "x");
    sent = delivered(3);
    BOOST_TEST(sent.header("webhook-id").size() == 36U);
    BOOST_TEST(sent.header("webhook-signature").starts_with("v1,"));
    BOOST_TEST(sent.header("webhook-signature") != "v1,zz");
    for (auto const& each : destination().deliveries()) {
        for (auto const* name :
             {"webhook-id", "webhook-timestamp", "webhook-signature", "User-Agent", "Host"}) {
            BOOST_TEST(count(each.request, name) <= 1, name);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_secret_of_the_gateways_own_is_never_passed_on) {
    client().post("/in/crm", {{"Authorization", std::string("Bearer ") + security_id}}, "x");
    BOOST_TEST(!has_header(delivered(1).headers, "Authorization"));
    client().post("/in/crm", {{"Authorization", "Bearer the-destinations"}}, "x");
    BOOST_TEST(delivered(2).header("Authorization") == "Bearer the-destinations");
}

BOOST_AUTO_TEST_CASE(every_byte_of_a_binary_body_arrives) {
    std::string body;
    for (int i = 0; i < 1024; ++i) {
        body += static_cast<char>(i % 256);
    }
    client().post("/in/crm", {{"Content-Type", "application/octet-stream"}}, body);
    BOOST_TEST((delivered().body == body));
}

BOOST_AUTO_TEST_CASE(a_chunked_body_arrives_whole_and_without_its_trailers) {
    auto const answer = client().send_raw("POST /in/crm HTTP/1.1\r\nHost: localhost\r\n"
                                          "Transfer-Encoding: chunked\r\n\r\n"
                                          "5;name=value\r\nhello\r\n6\r\n world\r\n0\r\n"
                                          "X-Trailer: 1\r\n\r\n");
    BOOST_TEST(answer.status == 202);
    auto const sent = delivered();
    BOOST_TEST(sent.body == "hello world");
    BOOST_TEST(!has_header(sent.headers, "X-Trailer"));
}

BOOST_AUTO_TEST_CASE(an_empty_body_is_a_task_too) {
    BOOST_TEST(client().post("/in/crm", {}, "").status == 202);
    BOOST_TEST(delivered().body.empty());
}

BOOST_AUTO_TEST_CASE(each_method_is_delivered_as_itself) {
    std::multiset<std::string> const methods{"GET",   "HEAD",   "POST",   "PUT",
                                             "PATCH", "DELETE", "OPTIONS"};
    for (auto const& method : methods) {
        BOOST_TEST(client().request(method, "/in/crm").status == 202, method);
    }
    BOOST_REQUIRE(destination().wait_for(methods.size()));
    std::multiset<std::string> delivered_methods;
    for (auto const& each : destination().deliveries()) {
        delivered_methods.insert(each.request.method);
    }
    BOOST_TEST(delivered_methods == methods, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_longest_prefix_by_segment_wins) {
    BOOST_TEST(client().post("/in/crm/special/x?more=2", {}, "1").status == 202);
    BOOST_TEST(delivered(1).target == "/special/x?fixed=1&more=2");
    BOOST_TEST(client().post("/in/crm/specialist", {}, "2").status == 202);
    BOOST_TEST(delivered(2).target == "/crm/specialist");
    BOOST_TEST(client().post("/in/crmx", {}, "3").status == 404);
}

BOOST_AUTO_TEST_CASE(the_rest_of_a_path_cannot_leave_the_destinations_path) {
    for (std::string const rest :
         {"/../secret", "/./x/../../secret", "/..", "/%2e%2e/secret", "/x/%2E%2E/%2e%2e/secret"}) {
        auto const answer = client().post("/in/crm" + rest, {}, rest);
        BOOST_TEST((answer.status == 400 || answer.status == 404), rest << ": " << answer.status);
    }
    BOOST_TEST(client().post("/in/crm/a..b/...", {}, "last").status == 202);
    BOOST_TEST(delivered(1).target == "/crm/a..b/...");
    BOOST_TEST(destination().count() == 1U);
}

BOOST_AUTO_TEST_CASE(a_route_with_two_destinations_makes_a_task_for_each) {
    auto const answer = client().post("/in/both", {}, "fan-out");
    BOOST_TEST(answer.status == 202);
    auto const group = json_at(answer.body, "/request-id");
    BOOST_TEST(answer.header("Location") == "/v1/tasks?group=" + group);
    BOOST_REQUIRE(destination().wait_for(2));
    std::multiset<std::string> targets;
    for (auto const& each : destination().deliveries()) {
        targets.insert(each.request.target);
        BOOST_TEST(each.request.body == "fan-out");
    }
    BOOST_TEST(targets == (std::multiset<std::string>{"/audit", "/crm"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_waiting_caller_gets_the_destinations_answer) {
    destination().answer_with([](http_request const&, std::size_t) {
        return destination_answer{201, {{"Content-Type", "text/plain"}}, "made it"};
    });
    auto const answer = client().post("/in/crm", {{"Prefer", "wait=10"}}, "x");
    BOOST_TEST(answer.status == 201);
    BOOST_TEST(answer.header("Content-Type") == "text/plain");
    BOOST_TEST(answer.body == "made it");
    BOOST_TEST(answer.header("Sluice-Task").size() == 36U);
    BOOST_TEST(answer.header("Preference-Applied") == "wait=10");
}

BOOST_AUTO_TEST_CASE(a_caller_who_waited_too_long_gets_the_usual_202) {
    destination().answer_with([](http_request const&, std::size_t) {
        destination_answer answer;
        answer.delay = std::chrono::seconds(3);
        return answer;
    });
    BOOST_TEST(client().post("/in/crm", {{"Prefer", "wait=1"}}, "x").status == 202);
}

BOOST_AUTO_TEST_CASE(a_delivery_carries_its_id_and_time) {
    auto const answer = client().post("/in/crm", {}, "x");
    auto const sent = delivered();
    BOOST_TEST(!sent.header("webhook-id").empty());
    BOOST_TEST(sent.header("webhook-id").find(json_at(answer.body, "/request-id")) !=
               std::string::npos);
}

// It would go out now, with the secret among the flow's own variables.
BOOST_AUTO_TEST_CASE(a_near_name_of_an_outbound_call_is_refused_at_this_door_too) {
    auto const call = [&](std::string const& secret, std::string const& delay) {
        return client().post("/in/out", {{"Content-Type", "application/json"}},
                             R"({"apiVersion":"1.0",")" + secret + R"(":")" +
                                 std::string(security_id) + R"(","flowID":"flow0001",)" +
                                 R"("clientID":"c",")" + delay +
                                 R"(":60,"contactNumbers":"9879964805"})");
    };
    auto const refused = call("securityId", "delay_minutes");
    BOOST_TEST(refused.status == 422);
    BOOST_TEST(json_at(refused.body, "/errors/0/detail").ends_with("it is written securityID."));
    BOOST_TEST(json_at(refused.body, "/errors/1/detail").ends_with("it is written delayMinutes."));
    auto const accepted = call("securityID", "delayMinutes");
    BOOST_TEST(accepted.status == 202);
    BOOST_TEST(json_at(task(json_at(accepted.body, "/request-id")).body, "/state") == "scheduled");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace in_route_test
