// Who a call of a custom webhook says that it is: the same rules in every method, and under every
// name that the secret and the account may have.
#include "tests/e2e/gateway_under_test.hpp"

#include <boost/test/unit_test.hpp>

namespace callers_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

constexpr char other_id[] = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

http_headers const as_json{{"Content-Type", "application/json"}};

struct method_call {
    std::string method;
    std::string members; // of a call that is in order but for who calls
    int taken = 200;
};

std::vector<method_call> const methods = {
    {"createOutbound",
     R"("apiVersion":"1.0","flowID":"flow0001","clientID":"c","contactNumbers":"9879964805")", 202},
    {"shortURL", R"("longUrl":"https://example.com/a")"},
    {"updateUserPreferences", R"("contactNumber":"8000374123","city":"Pune")"},
    {"setAgentBreak", R"("cli":"9879964805","pause":true)"},
    {"getAgentStatus", R"("cli":"9879964805")"},
    {"agentBreakReport", R"("cli":"9879964805")"},
    {"ask", R"("q":"a")", 202},
};

struct callers_fixture : gateway_under_test {
    callers_fixture()
        : gateway_under_test(settings()) {}

    static gateway_settings settings() {
        gateway_settings settings;
        settings.top = "trusted_proxies = [\"127.0.0.0/8\"]\n";
        settings.more = std::string("\n[[account]]\nid = \"500\"\nallow_http = true\n"
                                    "cust_tokens = [\"token500\"]\nsecrets = [\"") +
                        other_id +
                        "\"]\n[[widget]]\nname = \"ask\"\naccount = \"163\"\nallow_http = true\n"
                        "allow_networks = [\"127.0.0.0/8\"]\nurl = \"{destination}/ask\"\n";
        return settings;
    }

    http_response call(method_call const& what, std::string const& who, http_headers more = {}) {
        more.insert(more.end(), as_json.begin(), as_json.end());
        auto const comma = who.empty() ? "" : ",";
        return client().post("/v1/webhooks/" + what.method, more,
                             "{" + who + comma + what.members + "}");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(callers, callers_fixture)

BOOST_AUTO_TEST_CASE(every_method_takes_the_secret_under_each_of_its_names) {
    for (auto const& each : methods) {
        for (std::string const name : {"securityID", "security-id", "$flow.syskey.securityID"}) {
            auto const answer = call(each, "\"" + name + "\":\"" + security_id + "\"");
            BOOST_TEST(answer.status == each.taken, each.method << " " << name << answer.body);
        }
    }
}

BOOST_AUTO_TEST_CASE(every_method_tells_a_mistake_from_a_wrong_secret) {
    for (auto const& each : methods) {
        for (std::string const value : {"\"short\"", "\"\"", "[\"a\",\"b\"]"}) {
            auto const answer = call(each, "\"securityID\":" + value);
            BOOST_TEST(answer.status == 422, each.method << " " << value << " " << answer.status);
            BOOST_TEST(json_at(answer.body, "/errors/0/pointer") == "/securityID");
        }
        auto const unknown = "\"securityID\":\"" + std::string(64, 'e') + "\"";
        BOOST_TEST(call(each, unknown).status == 401, each.method);
        BOOST_TEST(call(each, unknown + R"(,"custToken":"token500")").status == 401, each.method);
    }
    BOOST_TEST(metric("sluice_tasks_accepted_total") == 0);
}

BOOST_AUTO_TEST_CASE(anothers_account_is_forbidden_under_each_of_its_names) {
    auto const secret = std::string("\"securityID\":\"") + security_id + "\",";
    for (auto const& each : methods) {
        for (std::string const name :
             {"accountID", "$user.syskey.accountID", "$flow.syskey.accountID"}) {
            auto const answer = call(each, secret + "\"" + name + "\":\"500\"");
            BOOST_TEST(answer.status == 403, each.method << " " << name << answer.body);
        }
        BOOST_TEST(call(each, secret + R"("accountID":["163","500"])").status == 422, each.method);
    }
}

BOOST_AUTO_TEST_CASE(who_hides_behind_a_trusted_proxy_has_no_address) {
    for (auto const& each : methods) {
        if (each.method == "shortURL") continue; // needs a token at least
        BOOST_TEST(call(each, {}, {{"X-Forwarded-For", "127.0.0.1"}}).status == each.taken);
        for (auto const* const hop : {"unknown", "127.0.0.1, unknown", "203.0.113.9", "_hidden"}) {
            auto const answer = call(each, {}, {{"X-Forwarded-For", hop}});
            BOOST_TEST(answer.status == 401, each.method << " " << hop << " " << answer.status);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_short_url_is_asked_for_in_every_form_and_by_any_credential) {
    constexpr char path[] = "/v1/webhooks/shortURL";
    auto const url_of = [&](http_response const& answer) {
        BOOST_TEST(answer.status == 200, answer.body);
        return json_at(answer.body, "/shortUrl");
    };
    auto const first = url_of(client().post(
        path, as_json, R"({"custToken":"abcd1234","longUrl":"https://example.com/b"})"));
    BOOST_TEST(first.size() > 8);
    for (std::string const body :
         {R"({"$flow.key.custToken":"abcd1234","$flow.key.longUrl":"https://example.com/b"})",
          R"({"keys":[{"name":"$flow.key.custToken","value":"abcd1234"},)"
          R"({"name":"longUrl","value":"https://example.com/b"}]})"}) {
        BOOST_TEST(url_of(client().post(path, as_json, body)) == first);
    }
    auto const twice = client().post(path, as_json,
                                     R"({"custToken":"abcd1234","longUrl":"https://example.com/b",)"
                                     R"("$flow.key.longUrl":"https://example.com/c"})");
    BOOST_TEST(twice.status == 400);
    auto const secret = std::string(R"({"securityID":")") + security_id + R"(",)";
    url_of(client().post(path, as_json, secret + R"("longUrl":"https://example.com/b"})"));
    auto const foreign = client().post(
        path, as_json, secret + R"("custToken":"token500","longUrl":"https://example.com/b"})");
    BOOST_TEST(foreign.status == 401);
}

BOOST_AUTO_TEST_CASE(the_method_in_the_body_is_found_whatever_else_stands_there) {
    constexpr char path[] = "/centraloutboundwebhook-v1/prod/";
    auto const status_of = [&](std::string const& body) {
        return client().post(path, as_json, body).status;
    };
    BOOST_TEST(status_of(R"({"method":"updateUserPreferences","contactNumber":"8000374123",)"
                         R"("lang":"a","$flow.key.lang":"b"})") == 200);
    for (std::string const name : {"$flow.key.method", "$flow.syskey.method"}) {
        BOOST_TEST(status_of(R"({")" + name + R"(":"getAgentStatus","cli":"9879964805"})") == 200);
    }
    BOOST_TEST(status_of(R"({"method":["getAgentStatus"],"cli":"9879964805"})") == 422);
    BOOST_TEST(status_of(R"({"method":"","cli":"9879964805"})") == 422);
    BOOST_TEST(status_of(R"({"cli":"9879964805"})") == 422);
}

BOOST_AUTO_TEST_CASE(an_agent_from_abroad_is_known_by_the_number_that_is_shown) {
    http_headers const token{{"Authorization", std::string("Bearer ") + admin_token}};
    std::string const agents = "/v1/accounts/163/agents/";
    for (auto const& [written, shown] :
         {std::pair<std::string, std::string>{"%2B12125550109", "12125550109"},
          {"%2B6581234567", "6581234567"}}) {
        BOOST_TEST(admin().request("PUT", agents + written, token).status == 201);
        BOOST_TEST(admin().request("PUT", agents + written + "/break", token).status == 200);
        auto const seen = client().get("/v1/agents/" + shown, bearer());
        BOOST_TEST(json_at(seen.body, "/cli") == shown);
        BOOST_TEST(json_at(seen.body, "/on_break") == "true");
        auto const back = client().post("/v1/webhooks/setAgentBreak", json_bearer(),
                                        R"({"cli":")" + shown + R"(","pause":"false"})");
        BOOST_TEST(variable_of(back.body, "$flow.key.cli_pause_update") == "true");
        BOOST_TEST(admin().request("DELETE", agents + shown, token).status == 204);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace callers_test
