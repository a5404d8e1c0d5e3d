// createOutbound in every form it may come in: what is answered and what goes upstream.
#include "tests/e2e/gateway_under_test.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <set>

namespace create_outbound_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

constexpr char path[] = "/v1/webhooks/createOutbound";

std::string const security(security_id);

std::string xml_call(std::string const& numbers, std::string const& more = {}) {
    return "<request><apiVersion>1.0</apiVersion><securityID>" + security +
           "</securityID><flowID>flow0001</flowID><clientID>client-1</clientID>"
           "<delayMinutes>0</delayMinutes><contactNumbers>" +
           numbers + "</contactNumbers>" + more + "</request>";
}

std::string json_call(std::string const& more = {}) {
    return R"({"apiVersion":"1.0","securityID":")" + security +
           R"(","flowID":"flow0001","clientID":"client-1","delayMinutes":0,)"
           R"("contactNumbers":"98799 64805")" +
           more + "}";
}

std::string keys_call() {
    auto const key = [](std::string const& name, std::string const& value) {
        return R"({"name":")" + name + R"(","value":")" + value + R"("})";
    };
    return R"({"keys":[)" + key("$flow.syskey.apiVersion", "1.0") + "," +
           key("$flow.syskey.securityID", security) + "," + key("$flow.syskey.flowID", "flow0001") +
           "," + key("$flow.syskey.clientID", "client-1") + "," +
           key("$flow.syskey.delayMinutes", "0") + "," +
           key("$flow.syskey.contactNumbers", "9879964805") + "," + key("$flow.key.city", "Pune") +
           "]}";
}

// The one request that arrived upstream for a call to flow0001 and number 919879964805.
void check_delivered(gateway_under_test& gateway) {
    BOOST_REQUIRE(gateway.destination().wait_for(1));
    auto const sent = gateway.destination().deliveries().at(0).request;
    BOOST_TEST(sent.method == "POST");
    BOOST_TEST(sent.target == "/kairos-apis/outbound/create");
    BOOST_TEST(sent.header("Content-Type").starts_with("application/json"));
    BOOST_TEST(json_at(sent.body, "/api-version") == "1.0");
    BOOST_TEST(json_at(sent.body, "/security-id") == security);
    BOOST_TEST(json_at(sent.body, "/flow-id") == "flow0001");
    BOOST_TEST(json_at(sent.body, "/calls/0/client-identifier") == "client-1");
    BOOST_TEST(json_at(sent.body, "/calls/0/contact-numbers") == R"(["919879964805"])");
}

void check_accepted(http_response const& answer) {
    BOOST_TEST(answer.status == 202);
    BOOST_TEST(answer.header("Sluice-Durability") == "fsync");
    auto const id = json_at(answer.body, "/request-id");
    BOOST_TEST(id.size() == 36U);
    BOOST_TEST(answer.header("Location") == "/v1/tasks/" + id);
    BOOST_TEST(json_at(answer.body, "/api-response-code") == "202");
    BOOST_TEST(json_at(answer.body, "/api-response-message") == "Accepted");
    BOOST_TEST(json_at(answer.body, "/call-details") == "null");
    BOOST_TEST(variable_of(answer.body, "$flow.key.obdReqID") == id);
    BOOST_TEST(variable_of(answer.body, "$flow.key.obdResponseCode") == "202");
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(create_outbound, gateway_under_test)

BOOST_AUTO_TEST_CASE(a_list_of_keys_is_accepted_and_delivered) {
    check_accepted(client().post(path, {{"Content-Type", "application/json"}}, keys_call()));
    check_delivered(*this);
    auto const body = destination().deliveries().at(0).request.body;
    BOOST_TEST(json_at(body, "/calls/0/keys/0/value") == "Pune");
}

BOOST_AUTO_TEST_CASE(bare_names_are_accepted_and_delivered) {
    check_accepted(client().post(path, {{"Content-Type", "application/json"}}, json_call()));
    check_delivered(*this);
}

BOOST_AUTO_TEST_CASE(full_names_are_accepted_and_delivered) {
    auto const body = R"({"$flow.syskey.apiVersion":"1.0","$flow.syskey.securityID":")" + security +
                      R"(","$flow.syskey.flowID":"flow0001","$flow.syskey.clientID":"client-1",)"
                      R"("$flow.syskey.delayMinutes":"0",)"
                      R"("$flow.syskey.contactNumbers":["9879964805"]})";
    check_accepted(client().post(path, {{"Content-Type", "application/json"}}, body));
    check_delivered(*this);
}

BOOST_AUTO_TEST_CASE(a_form_is_accepted_and_delivered) {
    auto const body = "apiVersion=1.0&securityID=" + security +
                      "&flowID=flow0001&clientID=client-1&delayMinutes=0&contactNumbers="
                      "98799+64805";
    check_accepted(
        client().post(path, {{"Content-Type", "application/x-www-form-urlencoded"}}, body));
    check_delivered(*this);
}

BOOST_AUTO_TEST_CASE(xml_is_accepted_delivered_and_answered_in_xml) {
    auto const answer =
        client().post(path, {{"Content-Type", "application/xml"}}, xml_call("98799 64805"));
    BOOST_TEST(answer.status == 202);
    BOOST_TEST(answer.header("Content-Type").starts_with("application/xml"));
    BOOST_TEST(answer.body.find("<response>") != std::string::npos);
    auto const id = answer.header("Location").substr(std::string("/v1/tasks/").size());
    BOOST_TEST(answer.body.find("<request-id>" + id + "</request-id>") != std::string::npos);
    BOOST_TEST(answer.body.find(R"(<key name="$flow.key.obdReqID">)" + id + "</key>") !=
               std::string::npos);
    check_delivered(*this);
}

BOOST_AUTO_TEST_CASE(accept_overrides_the_form_of_the_request) {
    check_accepted(client().post(path,
                                 {{"Content-Type", "text/xml"}, {"Accept", "application/json"}},
                                 xml_call("9879964805")));
    auto const as_xml = client().post(
        path, {{"Content-Type", "application/json"}, {"Accept", "application/xml"}}, json_call());
    BOOST_TEST(as_xml.status == 202);
    BOOST_TEST(as_xml.header("Content-Type").starts_with("application/xml"));
}

BOOST_AUTO_TEST_CASE(the_documented_path_takes_the_method_from_the_body) {
    check_accepted(client().post("/centraloutboundwebhook-v1/prod/",
                                 {{"Content-Type", "application/json"}},
                                 json_call(R"(,"method":"createOutbound")")));
    check_delivered(*this);
}

BOOST_AUTO_TEST_CASE(every_contact_number_is_called_once) {
    auto const answer = client().post(path, {{"Content-Type", "application/xml"}},
                                      xml_call("98799 64805, 9879964806;919879964807\n9879964808"));
    BOOST_TEST(answer.status == 202);
    std::multiset<std::string> const expected{"919879964805", "919879964806", "919879964807",
                                              "919879964808"};
    std::multiset<std::string> called;
    BOOST_REQUIRE(destination().wait_for(1));
    for (auto const& each : destination().deliveries()) {
        auto const body = boost::json::parse(each.request.body);
        for (auto const& call : body.at("calls").as_array()) {
            for (auto const& number : call.at("contact-numbers").as_array()) {
                called.emplace(number.as_string());
            }
        }
    }
    BOOST_TEST(called == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_delayed_call_is_scheduled_and_visible) {
    auto body = json_call();
    body.replace(body.find("\"delayMinutes\":0"), 16, "\"delayMinutes\":7");
    auto const answer = client().post(path, {{"Content-Type", "application/json"}}, body);
    check_accepted(answer);
    auto const id = json_at(answer.body, "/request-id");
    auto const seen = task(id);
    BOOST_TEST(seen.status == 200);
    BOOST_TEST(json_at(seen.body, "/id") == id);
    BOOST_TEST(json_at(seen.body, "/state") == "scheduled");
    BOOST_TEST(json_at(seen.body, "/destination") == "central");
    BOOST_TEST(json_at(seen.body, "/account") == "163");
    BOOST_TEST(json_at(seen.body, "/attempts") == "[]");
    BOOST_TEST(metric("sluice_queue_tasks", "state=\"scheduled\"") == 1);
    BOOST_TEST(destination().count() == 0U);
}

BOOST_AUTO_TEST_CASE(a_waiting_caller_gets_the_final_result) {
    auto const answer = client().post(
        path, {{"Content-Type", "application/json"}, {"Prefer", "wait=10"}}, json_call());
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(variable_of(answer.body, "$flow.key.obdResponseCode") == "200");
    BOOST_TEST(destination().count() == 1U);
}

BOOST_AUTO_TEST_CASE(the_outbound_apis_own_path_is_a_drop_in) {
    auto const body = R"({"api-version":"1.0","security-id":")" + security +
                      R"(","flow-id":"flow0001","calls":[{"client-identifier":"client-1",)"
                      R"("contact-numbers":["919879964805"],"keys":[]}]})";
    auto const answer =
        client().post("/kairos-apis/outbound/create", {{"Content-Type", "application/json"}}, body);
    BOOST_TEST(answer.status == 202);
    BOOST_TEST(json_at(answer.body, "/api-response-code") == "202");
    BOOST_TEST(!json_at(answer.body, "/request-id").empty());
    check_delivered(*this);
}

BOOST_AUTO_TEST_CASE(its_errors_keep_that_apis_shape) {
    auto const refused = [&](std::string const& body) {
        return client().post("/kairos-apis/outbound/create", {{"Content-Type", "application/json"}},
                             body);
    };
    auto const malformed = refused("{");
    BOOST_TEST(malformed.status == 400);
    BOOST_TEST(json_at(malformed.body, "/api-response-code") == "400");
    auto const unknown = refused(R"({"api-version":"1.0","security-id":")" + std::string(64, 'x') +
                                 R"(","flow-id":"flow0001","calls":[{"contact-numbers":["1"]}]})");
    BOOST_TEST(unknown.status == 401);
    BOOST_TEST(json_at(unknown.body, "/api-response-code") == "202");
    auto const empty = refused(R"({"api-version":"1.0","security-id":")" + security +
                               R"(","flow-id":"flow0001","calls":[]})");
    BOOST_TEST(empty.status == 422);
    BOOST_TEST(json_at(empty.body, "/api-response-code") == "302");
    BOOST_TEST(metric("sluice_tasks_accepted_total") == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace create_outbound_test
