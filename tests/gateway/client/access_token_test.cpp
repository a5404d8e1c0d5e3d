#include "gateway/client/access_token.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::client::access_token_test {
namespace {

using namespace std::chrono_literals;

config::oauth2_client an_application(std::string scope = {}) {
    config::oauth2_client made;
    made.token_url = "https://id.example/token";
    made.client_id = "sluice:1";
    made.client_secret = config::secret("p%ss wörd");
    made.scope = std::move(scope);
    return made;
}

access_token::time_point at(std::chrono::milliseconds since_start) {
    return access_token::time_point(1000s) + since_start;
}

constexpr std::string_view good_answer =
    R"({"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"bearer","expires_in":3600})";

BOOST_AUTO_TEST_SUITE(access_token)

BOOST_AUTO_TEST_CASE(credentials_are_encoded_before_they_are_joined) {
    BOOST_TEST(token_credentials(an_application()).reveal() == "sluice%3A1:p%25ss+w%C3%B6rd");
}

BOOST_AUTO_TEST_CASE(the_request_asks_for_client_credentials) {
    BOOST_TEST(token_request_body(an_application()) == "grant_type=client_credentials");
    BOOST_TEST(token_request_body(an_application("a b&c")) ==
               "grant_type=client_credentials&scope=a+b%26c");
}

BOOST_AUTO_TEST_CASE(a_good_answer_gives_token_and_lifetime) {
    auto const read = read_token_answer(200, good_answer);
    BOOST_REQUIRE(read.token.has_value());
    BOOST_TEST(read.token->reveal() == "2YotnFZFEjr1zCsicMWpAA");
    BOOST_TEST((read.lifetime == 1h));
    BOOST_TEST(read.problem.empty());
}

BOOST_AUTO_TEST_CASE(lifetimes_are_read_in_every_form_that_servers_use) {
    struct {
        std::string_view expires;
        std::chrono::seconds lifetime;
    } const table[] = {{"", default_token_lifetime},
                       {R"(,"expires_in":60)", 60s},
                       {R"(,"expires_in":"60")", 60s},
                       {R"(,"expires_in":59.9)", 59s},
                       {R"(,"expires_in":null)", default_token_lifetime},
                       {R"(,"expires_in":0)", 0s},
                       {R"(,"expires_in":-5)", 0s},
                       {R"(,"expires_in":"soon")", 0s},
                       {R"(,"expires_in":1e300)", 24h * 366}};
    for (auto const& [expires, lifetime] : table) {
        auto const body =
            R"({"token_type":"Bearer","access_token":"t")" + std::string(expires) + "}";
        auto const read = read_token_answer(200, body);
        BOOST_TEST(read.token.has_value(), body);
        BOOST_TEST((read.lifetime == lifetime), body);
    }
}

BOOST_AUTO_TEST_CASE(what_gives_no_token_has_a_reason_that_quotes_nothing) {
    struct {
        unsigned status;
        std::string body;
        std::string_view problem;
    } const table[] = {
        {400, R"({"error":"invalid_client"})", "answered 400 invalid_client"},
        {401, R"({"error":"marked-secret"})", "answered 401"},
        {503, "marked-secret", "answered 503"},
        {302, "", "answered 302"},
        {201, std::string(good_answer), "answered 201"},
        {200, "marked-secret", "the answer is not JSON"},
        {200, R"(["access_token","marked-secret"])", "the answer has no usable access_token"},
        {200, R"({"token_type":"bearer"})", "the answer has no usable access_token"},
        {200, R"({"access_token":"","token_type":"bearer"})",
         "the answer has no usable access_token"},
        {200, R"({"access_token":"a\r\nX: marked-secret","token_type":"bearer"})",
         "the answer has no usable access_token"},
        {200, R"({"access_token":")" + std::string(longest_token + 1, 'a') + R"("})",
         "the answer has no usable access_token"},
        {200, R"({"access_token":"marked-secret","token_type":"mac"})",
         "the token is no Bearer token"},
        {200, R"({"access_token":"marked-secret"})", "the token is no Bearer token"},
    };
    for (auto const& [status, body, problem] : table) {
        auto const read = read_token_answer(status, body);
        BOOST_TEST(!read.token.has_value(), body);
        BOOST_TEST(read.problem == problem, read.problem);
    }
}

BOOST_AUTO_TEST_CASE(a_token_is_used_until_shortly_before_its_end) {
    struct {
        std::chrono::seconds lifetime;
        std::chrono::milliseconds used;
    } const table[] = {{3600s, 3570s}, {100s, 90s}, {10s, 9s}, {0s, 900ms}};
    for (auto const& [lifetime, used] : table) {
        client::access_token token;
        BOOST_TEST(token.line(at(0s)).empty());
        token.store(config::secret("t"), lifetime, at(0s));
        BOOST_TEST(token.line(at(0s)) == "Authorization: Bearer t\r\n");
        BOOST_TEST(!token.line(at(used - 1ms)).empty());
        BOOST_TEST(token.line(at(used)).empty());
    }
}

BOOST_AUTO_TEST_CASE(only_the_token_in_use_can_be_refused) {
    client::access_token token;
    token.store(config::secret("first"), 1h, at(0s));
    auto const first = token.number();
    token.store(config::secret("second"), 1h, at(0s));
    token.refuse(first); // by an attempt that was sent with the first one
    BOOST_TEST(token.line(at(0s)) == "Authorization: Bearer second\r\n");
    token.refuse(token.number());
    BOOST_TEST(token.line(at(0s)).empty());
}

BOOST_AUTO_TEST_CASE(a_failure_is_kept_for_a_second) {
    client::access_token token;
    BOOST_TEST(token.failure(at(0s)).empty());
    token.fail("down", at(0s));
    BOOST_TEST(token.failure(at(999ms)) == "down");
    BOOST_TEST(token.failure(at(1s)).empty());
    token.fail("down", at(2s));
    token.store(config::secret("t"), 1h, at(2s));
    BOOST_TEST(token.failure(at(2s)).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::client::access_token_test
