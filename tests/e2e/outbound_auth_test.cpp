// How the gateway says who it is: Basic, bearer, a header, and OAuth 2 client credentials.
#include "tests/e2e/gateway_under_test.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>

namespace outbound_auth_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

constexpr char fast_retry[] =
    "retry = { schedule = [\"1200ms\"], jitter = 0.0, max_attempts = 5 }\n";

std::string oauth2_lines() {
    return std::string(fast_retry) + "auth = { oauth2 = { token_url = \"{destination}/token\", "
                                     "client_id = \"sluice\", client_secret = \"marked-secret\", "
                                     "scope = \"send\" } }";
}

destination_answer token(std::string const& value) {
    destination_answer answer;
    answer.body = R"({"access_token":")" + value + R"(","token_type":"Bearer","expires_in":3600})";
    return answer;
}

struct auth_fixture : gateway_under_test {
    auth_fixture()
        : gateway_under_test(settings()) {}

    static gateway_settings settings() {
        gateway_settings settings;
        settings.more =
            destination_table("basic", "/basic", "auth = { basic = \"user:pass\" }") +
            destination_table("bearer", "/bearer", "auth = { bearer = \"t0ken\" }") +
            destination_table("header", "/header", "auth = { header = \"X-Key: k3y\" }") +
            destination_table("oauth", "/oauth", oauth2_lines()) +
            route_table("/in/basic", "\"basic\"") + route_table("/in/bearer", "\"bearer\"") +
            route_table("/in/header", "\"header\"") + route_table("/in/oauth", "\"oauth\"");
        return settings;
    }

    // Posts with a bearer token of the caller's own and gives what was delivered.
    http_request delivered_by(std::string const& route) {
        auto const before = destination().count();
        BOOST_TEST(client().post(route, {{"Authorization", "Bearer callers-own"}}, "x").status ==
                   202);
        BOOST_REQUIRE(destination().wait_for(before + 1));
        return destination().deliveries().back().request;
    }
    std::size_t count_of(std::string const& target) {
        std::size_t count = 0;
        for (auto const& each : destination().deliveries())
            if (each.request.target == target) ++count;
        return count;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(outbound_auth, auth_fixture)

BOOST_AUTO_TEST_CASE(fixed_credentials_replace_those_of_the_caller) {
    BOOST_TEST(delivered_by("/in/basic").header("Authorization") == "Basic dXNlcjpwYXNz");
    BOOST_TEST(delivered_by("/in/bearer").header("Authorization") == "Bearer t0ken");
    BOOST_TEST(delivered_by("/in/header").header("X-Key") == "k3y");
}

BOOST_AUTO_TEST_CASE(one_token_serves_many_deliveries) {
    destination().answer_with([](http_request const& request, std::size_t) {
        return request.target == "/token" ? token("t1") : destination_answer{};
    });
    auto connection = client();
    for (int i = 0; i < 50; ++i)
        BOOST_TEST(
            connection.post("/in/oauth", {{"Authorization", "Bearer callers-own"}}, "x").status ==
            202);
    BOOST_TEST(destination().wait_for(51));
    BOOST_TEST(stop() == 0);
    BOOST_TEST(count_of("/oauth") == 50U);
    BOOST_TEST(count_of("/token") <= 2U); // one for each of two threads
    for (auto const& [request, at] : destination().deliveries()) {
        bool const is_token = request.target == "/token";
        BOOST_TEST(request.header("Authorization") ==
                   (is_token ? "Basic c2x1aWNlOm1hcmtlZC1zZWNyZXQ=" : "Bearer t1"));
        if (is_token) BOOST_TEST(request.body == "grant_type=client_credentials&scope=send");
    }
    BOOST_TEST(log().find("marked-secret") == std::string::npos);
    BOOST_TEST(log().find("Bearer t1") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_refused_token_is_fetched_again_once_and_costs_no_attempt) {
    std::atomic<int> fetched = 0;
    destination().answer_with([&](http_request const& request, std::size_t) {
        if (request.target == "/token") return token("t" + std::to_string(++fetched));
        destination_answer answer;
        if (request.header("Authorization") == "Bearer t1") answer.status = 401;
        return answer;
    });
    auto const id = json_at(client().post("/in/oauth", {}, "x").body, "/request-id");
    BOOST_TEST(wait_for_state(id, "delivered"));
    auto const shown = task(id).body;
    BOOST_TEST(json_at(shown, "/attempts/0/status") == "200");
    BOOST_TEST(json_at(shown, "/attempts/1").empty());
    BOOST_TEST(count_of("/oauth") == 2U);
    BOOST_TEST(fetched == 2);
}

BOOST_AUTO_TEST_CASE(a_destination_that_refuses_every_token_has_the_last_word) {
    destination().answer_with([](http_request const& request, std::size_t) {
        if (request.target == "/token") return token("t");
        destination_answer answer;
        answer.status = 401;
        return answer;
    });
    auto const id = json_at(client().post("/in/oauth", {}, "x").body, "/request-id");
    BOOST_TEST(wait_for_state(id, "dead"));
    BOOST_TEST(json_at(task(id).body, "/attempts/0/status") == "401");
    BOOST_TEST(count_of("/oauth") == 2U);
    BOOST_TEST(count_of("/token") == 2U);
}

BOOST_AUTO_TEST_CASE(a_token_endpoint_that_fails_is_a_failed_attempt_with_its_reason) {
    std::atomic<int> fetched = 0;
    destination().answer_with([&](http_request const& request, std::size_t) {
        if (request.target != "/token") return destination_answer{};
        if (++fetched > 1) return token("t");
        destination_answer answer;
        answer.status = 503;
        answer.body = "marked-secret";
        return answer;
    });
    auto const id = json_at(client().post("/in/oauth", {}, "x").body, "/request-id");
    BOOST_TEST(wait_for_state(id, "delivered"));
    auto const shown = task(id).body;
    BOOST_TEST(json_at(shown, "/attempts/0/error").find("token endpoint: answered 503") !=
                   std::string::npos,
               shown);
    BOOST_TEST(json_at(shown, "/attempts/1/status") == "200");
    BOOST_TEST(count_of("/oauth") == 1U);
    BOOST_TEST(log().find("marked-secret") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace outbound_auth_test
