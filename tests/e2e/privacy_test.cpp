// Secrets, phone numbers and bodies appear nowhere but in deliveries and in the journal itself.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

namespace privacy_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

std::vector<std::string> const marks{
    security_id,           "9876501234",
    "919876501234",        "marked-body-value",
    "marked-query-value",  "marked-variable",
    "marked-auth-value",   "marked-cookie-value",
    admin_token,           "marked-token",
    "marked-bearer",       "marked-basic",
    "bWFya2VkLWJhc2ljOng", // "marked-basic:x" in base64
    "marked-header-key",   "marked-client-secret",
    "marked-access-token", "marked-other-token",
    "marked-cust-token",   "bWFya2VkLXNpZ25pbmctc2VjcmV0LTEy", // of the signing secret
};

struct privacy_fixture : gateway_under_test {
    privacy_fixture()
        : gateway_under_test(settings()) {}

    static gateway_settings settings() {
        gateway_settings settings;
        std::string const retry =
            "retry = { schedule = [\"100ms\"], jitter = 0.0, max_attempts = 2 }\n";
        std::string const secret = "\"whsec_bWFya2VkLXNpZ25pbmctc2VjcmV0LTEy\"";
        settings.crm = retry + "secret = " + secret;
        settings.more =
            "\n[[account]]\nid = \"shop\"\ncust_tokens = [\"marked-cust-token\"]\n" +
            destination_table("bearer", "/bearer",
                              retry + "auth = { bearer = \"marked-bearer\" }") +
            destination_table("basic", "/basic", retry + "auth = { basic = \"marked-basic:x\" }") +
            destination_table("header", "/header",
                              retry + "auth = { header = \"X-Key: marked-header-key\" }") +
            destination_table("oauth", "/oauth",
                              retry + "auth = { oauth2 = { token_url = \"{destination}/token\", "
                                      "client_id = \"sluice\", client_secret = "
                                      "\"marked-client-secret\" } }") +
            destination_table("broken", "/broken",
                              retry + "auth = { oauth2 = { token_url = \"{destination}/none\", "
                                      "client_id = \"sluice\", client_secret = "
                                      "\"marked-client-secret\" } }") +
            route_table("/in/all", "\"bearer\", \"basic\", \"header\", \"oauth\", \"broken\"") +
            route_table("/in/signed", "\"crm\"", "require = \"signature\"\nsecret = " + secret);
        return settings;
    }

    // Fails everything but the token, and says back what it was told.
    static destination_answer answer(http_request const& request) {
        destination_answer answer;
        answer.status = request.target == "/token" ? 200 : 500;
        answer.body = request.target == "/token"
                          ? R"({"access_token":"marked-access-token","token_type":"Bearer"})"
                          : R"({"access_token":"marked-other-token"} marked-body-value )" +
                                request.header("Authorization");
        return answer;
    }

    void check_absent(std::string const& where, std::string const& text) {
        for (auto const& mark : marks) {
            BOOST_TEST(text.find(mark) == std::string::npos,
                       mark << " stands in " << where << ": " << text);
        }
    }

    std::string outbound(std::string const& flow) {
        return R"({"apiVersion":"1.0","securityID":")" + std::string(security_id) +
               R"(","flowID":")" + flow +
               R"(","clientID":"c","delayMinutes":0,"contactNumbers":"98765 01234",)"
               R"("$flow.key.note":"marked-variable"})";
    }

    // Good and bad calls that carry every mark.
    void make_calls() {
        http_headers const json{{"Content-Type", "application/json"}};
        auto const path = "/v1/webhooks/createOutbound";
        BOOST_TEST(client().post(path, json, outbound("flow0001")).status == 202);
        check_absent("an error", client().post(path, json, outbound("bad")).body);
        check_absent("an error", client().post(path, json, outbound("flow0001") + "x").body);
        auto const in = client().post(
            "/in/crm?token=marked-query-value&security-id=" + std::string(security_id),
            {{"Authorization", "Bearer marked-auth-value"}, {"Cookie", "id=marked-cookie-value"}},
            "marked-body-value 9876501234");
        BOOST_TEST(in.status == 202);
        check_absent("an error", client().get("/nowhere/9876501234?k=marked-query-value").body);
        check_absent("an error",
                     client().get("/v1/tasks/x", {{"Authorization", "Bearer marked-token"}}).body);
        BOOST_TEST(client().post("/in/all", {}, "marked-body-value").status == 202);
        auto const unsigned_call = client().post(
            "/in/signed", {{"webhook-id", "m"}, {"webhook-signature", "v1,marked-token"}}, "x");
        BOOST_TEST(unsigned_call.status == 401);
        check_absent("an error", unsigned_call.body);
        check_absent("an error", client()
                                     .post("/v1/webhooks/shortURL", json,
                                           R"({"custToken":"marked-token","longUrl":"x"})")
                                     .body);
        admin().get("/v1/destinations", {{"Authorization", std::string("Bearer ") + admin_token}});
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(privacy, privacy_fixture)

BOOST_AUTO_TEST_CASE(no_mark_appears_in_logs_metrics_errors_or_listings) {
    // A failing destination makes the gateway write about the attempts as well.
    destination().answer_with(
        [](http_request const& request, std::size_t) { return answer(request); });
    make_calls();
    BOOST_REQUIRE(destination().wait_for(12));
    BOOST_TEST(wait_until([this] { return metric("sluice_dead_letters_total") >= 6; }));
    check_absent("/metrics", admin().get("/metrics").body);
    check_absent("/readyz", admin().get("/readyz?verbose").body);
    BOOST_TEST(stop() == 0);
    check_absent("the log", log());
    check_absent("journal cat", run_sluice({"journal", "cat", data_directory().string()}).output);
}

BOOST_AUTO_TEST_CASE(a_line_break_in_a_call_makes_no_line_in_the_log) {
    client().get("/nowhere%0d%0a%7b%22level%22:%22forged%22%7d");
    client().try_request("POST", "/in/crm", {{"X-A", "a\x1b[31mforged"}}, "x");
    client().post("/v1/tasks", json_bearer(),
                  R"({"destination":"a\r\n{\"level\":\"forged\"}\u001b"})");
    BOOST_TEST(stop() == 0);
    BOOST_TEST(log().find("\n{\"level\":\"forged\"") == std::string::npos);
    BOOST_TEST(log().find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace privacy_test
