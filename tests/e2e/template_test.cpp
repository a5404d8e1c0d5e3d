// Destinations with format = "template": the body is made from the call's variables, from what is
// stored about its contact and from the gateway's own, each value escaped for its place.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

namespace template_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

struct template_fixture : gateway_under_test {
    template_fixture()
        : gateway_under_test(settings()) {}

    static gateway_settings settings() {
        gateway_settings settings;
        settings.more =
            destination_table("sms", "/sms",
                              "format = \"template\"\ncontent_type = \"application/xml\"\n"
                              "body = '<sms to=\"$flow.key.to\" at=\"$sys.datetime\">Dear "
                              "$user.key.name, $flow.key.text</sms>'\n") +
            destination_table("log", "/log",
                              "format = \"template\"\n"
                              "body = '{\"n\":$flow.key.n,\"city\":\"$user.key.city\"}'\n") +
            route_table("/in/sms", "\"sms\"") + route_table("/in/both", "\"sms\", \"log\"");
        return settings;
    }

    void store(std::string const& contact, std::string const& name) {
        auto const stored = client().post("/v1/webhooks/updateUserPreferences", json_bearer(),
                                          R"({"$user.syskey.accountID":"163","contactNumber":")" +
                                              contact + R"(","$user.key.name":")" + name + R"("})");
        BOOST_REQUIRE_EQUAL(stored.status, 200);
    }

    http_response call(std::string const& path, std::string const& body,
                       std::string const& type = "application/json") {
        return client().post(path, {{"Content-Type", type}}, body);
    }

    std::string delivered_to(std::string const& path) {
        std::string body;
        BOOST_REQUIRE(wait_until([&] {
            for (auto const& each : destination().deliveries()) {
                if (each.request.target == path) body = each.request.body;
            }
            return !body.empty();
        }));
        return body;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(templates, template_fixture)

BOOST_AUTO_TEST_CASE(what_is_stored_about_the_contact_stands_in_the_message) {
    store("8000374123", "Asha & Ravi");
    auto const answer = call("/in/sms",
                             "<r><contactNumber>+91 80003 74123</contactNumber>"
                             "<to>a&quot;b</to><text>1 &lt; 2</text></r>",
                             "application/xml");
    BOOST_TEST(answer.status == 202);
    BOOST_TEST(answer.body.find("unset") == std::string::npos);
    auto const sent = delivered_to("/sms");
    BOOST_TEST(sent.starts_with("<sms to=\"a&quot;b\" at=\"20"));
    BOOST_TEST(sent.ends_with("+05:30\">Dear Asha &amp; Ravi, 1 &lt; 2</sms>"), sent);
}

BOOST_AUTO_TEST_CASE(of_another_contact_nothing_is_used) {
    store("8000374123", "Asha");
    call("/in/sms", R"({"$user.syskey.contactNumber":"8000374124","to":"x","text":"y"})");
    BOOST_TEST(delivered_to("/sms").ends_with(">Dear $user.key.name, y</sms>"));
}

BOOST_AUTO_TEST_CASE(what_is_not_set_stays_is_answered_and_is_logged) {
    auto const answer = call("/in/both", R"({"to":["1","2"],"n":7})");
    BOOST_TEST(answer.status == 202);
    BOOST_TEST(json_at(answer.body, "/unset") ==
               R"(["$user.key.name","$flow.key.text","$user.key.city"])");
    BOOST_TEST(delivered_to("/sms").starts_with("<sms to=\"1,2\""));
    BOOST_TEST(delivered_to("/log") == R"({"n":7,"city":"$user.key.city"})");
    BOOST_TEST(wait_until(
        [&] { return log().find("$user.key.name $flow.key.text") != std::string::npos; }));
}

BOOST_AUTO_TEST_CASE(a_value_that_has_no_place_there_is_refused_with_its_pointer) {
    auto const answer =
        call("/in/both", R"({"keys":[{"name":"$flow.key.text","value":"\u0001"}],"to":"1"})");
    BOOST_TEST(answer.status == 422);
    BOOST_TEST(json_at(answer.body, "/errors/0/pointer") == "/keys/0/value");
    BOOST_TEST(metric("sluice_tasks_accepted_total") == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace template_test
