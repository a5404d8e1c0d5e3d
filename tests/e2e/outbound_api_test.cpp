// The outbound API's own paths: what is accepted, and every code with which a call is refused.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/e2e/outbound_calls.hpp"

#include <boost/test/unit_test.hpp>

namespace outbound_api_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

gateway_settings settings() {
    gateway_settings s;
    s.limits = "contact_numbers = 3\nmax_delay = \"30d\"";
    s.more = R"(
[[account]]
id = "https"
secrets = ["https56789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"]
allow_from = ["127.0.0.0/8"]

[[account]]
id = "far"
secrets = ["far3456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
           "far-new-9abcdef0123456789abcdef0123456789abcdef0123456789abcdef0"]
allow_from = ["192.0.2.0/24"]
allow_http = true

[[account]]
id = "two"
secrets = ["two-old-9abcdef0123456789abcdef0123456789abcdef0123456789abcdef0",
           "two-new-9abcdef0123456789abcdef0123456789abcdef0123456789abcdef0"]
allow_http = true
)";
    return s;
}

struct outbound_fixture : gateway_under_test {
    outbound_fixture()
        : gateway_under_test(settings()) {}

    http_response post(std::string const& body) { return post_outbound(client(), body); }
    // With a list of the calls and their ids in the answer.
    http_response post_for_details(std::string const& body) {
        return post_outbound(client(), body, {{"Prefer", "return=representation"}});
    }

    // With the value of a member of the request, or of its only call, in the place of the usual.
    static std::string with(std::string const& from, std::string const& to) {
        auto body = outbound_request({outbound_call("c1", R"(,"start-time":null)")});
        auto const at = body.find(from);
        BOOST_REQUIRE(at != body.npos);
        return body.replace(at, from.size(), to);
    }
};

struct refused_row {
    char const* from;
    std::string to;
    int code;
    char const* message;
    int status;
};

void check_refused(http_response const& answer, int code, std::string const& message, int status) {
    BOOST_TEST(answer.status == status);
    BOOST_TEST(answer.body == R"({"api-response-code":)" + std::to_string(code) +
                                  R"(,"api-response-message":")" + message + R"("})");
    BOOST_TEST(answer.header("Content-Type") == "application/json");
}

std::vector<refused_row> const rows = {
    {R"({"api-version")", R"([{"api-version")", 400, "Invalid Format", 400},
    {R"("flow-id":"flow0001")", R"("flow-id":"flow0001","flow-id":"x")", 400, "Invalid Format",
     400},
    {R"("flow-id":"flow0001")", R"("flow-id":7)", 400, "Invalid Format", 400},
    {R"(["9879964805"])", R"("9879964805")", 400, "Invalid Format", 400},
    {R"(["9879964805"])", R"([{}])", 400, "Invalid Format", 400},
    {R"("calls":[)", R"("calls":[7,)", 400, "Invalid Format", 400},
    {R"("start-time":null)", R"("keys":[{"value":"x"}])", 400, "Invalid Format", 400},
    {security_id, std::string(64, 'x'), 202, "Invalid Security ID", 401},
    {security_id, "short", 202, "Invalid Security ID", 401},
    {R"("security-id")", R"("other-id")", 202, "Invalid Security ID", 401},
    {security_id, "far3456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 401,
     "IP Not Whitelisted", 403},
    {security_id, "https56789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 401,
     "IP Not Whitelisted", 403},
    {R"("1.0")", R"("2.0")", 203, "API Version not Supported", 422},
    {R"("api-version":"1.0")", R"("x":"1.0")", 210, "Invalid Mandatory Parameters", 422},
    {R"("flow-id":"flow0001")", R"("flow-id":"flow001")", 301, "Invalid Flow ID", 422},
    {R"("flow-id":"flow0001")", R"("x":"flow0001")", 301, "Invalid Flow ID", 422},
    {R"("calls")", R"("x")", 302, "Empty Call List", 422},
    {R"("client-identifier":"c1")", R"("x":"c1")", 210, "Invalid Mandatory Parameters", 422},
    {R"("client-identifier":"c1")", R"("client-identifier":"")", 210,
     "Invalid Mandatory Parameters", 422},
    {R"(["9879964805"])", "[]", 205, "Invalid Contact Number", 422},
    {R"("contact-numbers")", R"("x")", 205, "Invalid Contact Number", 422},
    {R"("9879964805")", R"("9879964805","12ab")", 205, "Invalid Contact Number", 422},
    {R"("9879964805")", R"("9879964801","9879964802","9879964803","9879964804")", 303,
     "Max Data List Size Exceeded", 413},
    {"\"start-time\":null", R"("start-time":"2020-01-01T09:00:00+05:30")", 210,
     "Invalid Mandatory Parameters", 422},
    {"\"start-time\":null", R"("start-time":"tomorrow")", 210, "Invalid Mandatory Parameters", 422},
    {"\"start-time\":null", R"("start-time":"1764000000000")", 210, "Invalid Mandatory Parameters",
     422},
    {"\"start-time\":null", R"("start-time":"2099-01-01T00:00:00Z")", 210,
     "Invalid Mandatory Parameters", 422},
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(outbound_api, outbound_fixture)

BOOST_AUTO_TEST_CASE(every_bad_call_is_refused_in_that_apis_shape_and_queued_never) {
    for (auto const& row : rows) {
        BOOST_TEST_CONTEXT(row.from << " -> " << row.to) {
            check_refused(post(with(row.from, row.to)), row.code, row.message, row.status);
        }
    }
    check_refused(post("{"), 400, "Invalid Format", 400);
    check_refused(post(outbound_request({})), 302, "Empty Call List", 422);
    auto const xml = client().post(outbound_path, {{"Content-Type", "application/xml"}}, "<a/>");
    check_refused(xml, 400, "Invalid Format", 400);
    auto const get = client().get(outbound_path);
    check_refused(get, 405, "Method Not Allowed", 405);
    BOOST_TEST(get.header("Allow") == "POST");
    auto const picky = post_outbound(client(), with("c1", "c2"), {{"Accept", "image/png"}});
    check_refused(picky, 406, "Not Acceptable", 406);
    BOOST_TEST(metric("sluice_tasks_accepted_total") == 0);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_stands_in_a_header) {
    auto const answer = post(with("start-time\":null", R"(start-time":"tomorrow")"));
    BOOST_TEST(answer.header("Sluice-Detail").starts_with("/calls/0/start-time must be a time"));
    auto const second =
        post(outbound_request({outbound_call("a"), outbound_call("b", "", "[\"\"]")}));
    BOOST_TEST(second.header("Sluice-Detail").starts_with("/calls/1/contact-numbers"));
}

BOOST_AUTO_TEST_CASE(more_than_500_calls_or_256_kilobytes_are_refused) {
    std::vector<std::string> calls;
    for (int i = 0; i < 501; ++i)
        calls.push_back(outbound_call("c" + std::to_string(i)));
    check_refused(post(outbound_request(calls)), 303, "Max Data List Size Exceeded", 413);
    auto const large = outbound_request({outbound_call(std::string(256 * 1024, 'c'))});
    check_refused(post(large), 303, "Max Data List Size Exceeded", 413);
    // One text may hold many numbers.
    std::string numbers = "[\"";
    for (int i = 0; i < 501; ++i)
        numbers += std::to_string(9'879'000'000 + i) + ",";
    check_refused(post(outbound_request({outbound_call("c", "", numbers + "\"]")})), 303,
                  "Max Data List Size Exceeded", 413);
    auto const as_xml = client().post(
        outbound_path, {{"Content-Type", "application/json"}, {"Accept", "application/xml"}},
        outbound_request({outbound_call("c")}));
    BOOST_TEST(as_xml.status == 406);
    BOOST_TEST(metric("sluice_tasks_accepted_total") == 0);
    calls.pop_back();
    auto const most = post_for_details(outbound_request(calls));
    BOOST_TEST(most.status == 202);
    BOOST_TEST(json_at(most.body, "/call-details/499/client-identifier") == "c499");
    BOOST_TEST(destination().wait_for(500));
    auto const group =
        client().get("/v1/tasks?group=" + json_at(most.body, "/request-id"), bearer());
    BOOST_TEST(!json_at(group.body, "/tasks/499/id").empty());
}

BOOST_AUTO_TEST_CASE(each_call_becomes_a_task_of_its_own) {
    auto const keys =
        R"(,"keys":[{"name":"$flow.key.city","value":"Pune"},{"name":"n","value":7}])";
    auto const answer = post_for_details(
        outbound_request({outbound_call("first", keys),
                          outbound_call("second", "", R"(["98799 64806", 9879964807])")}));
    BOOST_TEST(answer.status == 202);
    BOOST_TEST(json_at(answer.body, "/api-response-code") == "202");
    BOOST_TEST(json_at(answer.body, "/api-response-message") == "Accepted");
    auto const id = json_at(answer.body, "/request-id");
    BOOST_TEST(answer.header("Location") == "/v1/tasks?group=" + id);
    BOOST_TEST(answer.header("Sluice-Durability") == "fsync");
    for (auto const* n : {"0", "1"}) {
        auto const at = std::string("/call-details/") + n;
        BOOST_TEST(json_at(answer.body, at + "/api-response-code") == "202");
        BOOST_TEST(wait_for_state(json_at(answer.body, at + "/request-id"), "delivered"));
    }
    BOOST_REQUIRE(destination().count() == 2U);
    auto sent = destination().deliveries().at(0).request.body;
    auto other = destination().deliveries().at(1).request.body;
    if (json_at(sent, "/calls/0/client-identifier") != "first") std::swap(sent, other);
    BOOST_TEST(json_at(sent, "/calls/0/keys/0/value") == "Pune");
    BOOST_TEST(json_at(sent, "/calls/0/keys/1/value") == "7");
    BOOST_TEST(json_at(sent, "/calls/0/start-time").ends_with("+05:30"));
    BOOST_TEST(json_at(other, "/calls/0/contact-numbers") == R"(["919879964806","919879964807"])");
    BOOST_TEST(json_at(other, "/security-id") == security_id);
}

BOOST_AUTO_TEST_CASE(call_details_are_null_unless_they_are_asked_for) {
    auto const answer = post(outbound_request({outbound_call("c")}));
    BOOST_TEST(answer.status == 202);
    BOOST_TEST(answer.body.find("\"call-details\":null") != std::string::npos);
    auto const details = post_for_details(outbound_request({outbound_call("d")}));
    BOOST_TEST(json_at(details.body, "/call-details/0/client-identifier") == "d");
}

BOOST_AUTO_TEST_CASE(start_time_is_when_a_call_is_due_in_every_documented_form) {
    struct form {
        std::string text;
        std::string not_before;
    };
    // Tomorrow or later, whatever the hour of this test.
    auto const day = in_seconds(3 * 86'400).substr(0, 10);
    std::vector<form> const forms = {
        {day + "T10:00:00+05:30", day + "T04:30:00.000Z"},
        {day + "T10:00:00Z", day + "T10:00:00.000Z"},
        {day + "T10:00:00.250Z", day + "T10:00:00.250Z"},
        {day + "T10:00:00.123456+05:30", day + "T04:30:00.123Z"},
    };
    for (auto const& [text, not_before] : forms) {
        auto const answer =
            post(outbound_request({outbound_call(text, R"(,"start-time":")" + text + "\"")}));
        BOOST_TEST(answer.status == 202);
        auto const shown = task(json_at(answer.body, "/request-id")).body;
        BOOST_TEST(json_at(shown, "/not_before") == not_before);
        BOOST_TEST(json_at(shown, "/state") == "scheduled");
    }
    BOOST_TEST(destination().count() == 0U);
}

BOOST_AUTO_TEST_CASE(a_time_that_is_past_today_starts_at_once) {
    // A second ago may be yesterday; at midnight of the account this is tried once more.
    for (int i = 0; i < 2; ++i) {
        auto const more = R"(,"start-time":")" + in_seconds(-1) + "\"";
        auto const answer = post(outbound_request({outbound_call("c" + std::to_string(i), more)}));
        if (answer.status == 422 && i == 0) continue;
        BOOST_TEST(answer.status == 202);
        BOOST_TEST(wait_for_state(json_at(answer.body, "/request-id"), "delivered"));
        return;
    }
}

BOOST_AUTO_TEST_CASE(an_identical_body_is_refused_also_after_a_restart) {
    auto const body = outbound_request({outbound_call("c1"), outbound_call("c2")});
    BOOST_TEST(post(body).status == 202);
    check_refused(post(body), 201, "Checksum Repeated", 409);
    auto const other = outbound_request({outbound_call("c2"), outbound_call("c1")});
    BOOST_TEST(post(other).status == 202);
    BOOST_REQUIRE(destination().wait_for(4));
    kill();
    start();
    check_refused(post(body), 201, "Checksum Repeated", 409);
    BOOST_TEST(stop() == 0);
    start();
    check_refused(post(body), 201, "Checksum Repeated", 409);
    // The dialer is another call.
    BOOST_TEST(post_outbound(client(), body, {}, dialer_path).status == 202);
}

BOOST_AUTO_TEST_CASE(an_idempotency_key_gives_the_first_answer_instead) {
    auto const body = outbound_request({outbound_call("c1"), outbound_call("c2")});
    auto const first = post_outbound(client(), body, {{"Idempotency-Key", "k"}});
    auto const again = post_outbound(client(), body, {{"Idempotency-Key", "k"}});
    BOOST_TEST(first.status == 202);
    BOOST_TEST(again.status == 202);
    BOOST_TEST(again.body == first.body);
    check_refused(post_outbound(client(), body, {{"Idempotency-Key", "l"}}), 201,
                  "Checksum Repeated", 409);
}

BOOST_AUTO_TEST_CASE(both_secrets_are_taken_while_rotating) {
    for (std::string const secret :
         {"two-old-9abcdef0123456789abcdef0123456789abcdef0123456789abcdef0",
          "two-new-9abcdef0123456789abcdef0123456789abcdef0123456789abcdef0"}) {
        BOOST_TEST(post(with(security_id, secret)).status == 202);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(outbound_dialer)

BOOST_AUTO_TEST_CASE(the_dialer_has_a_destination_and_the_window_a_length_of_their_own) {
    gateway_settings s;
    s.more = destination_table("dialer", "/dialer", "format = \"outbound\"");
    s.webhooks = "outboundDialer = { destination = \"dialer\" }\nchecksum_window = \"0s\"";
    gateway_under_test gateway(s);
    auto const body = outbound_request({outbound_call("c1")});
    BOOST_TEST(post_outbound(gateway.client(), body, {}, dialer_path).status == 202);
    BOOST_TEST(post_outbound(gateway.client(), body, {}, dialer_path).status == 202);
    BOOST_REQUIRE(gateway.destination().wait_for(2));
    BOOST_TEST(gateway.destination().deliveries().at(0).request.target == "/dialer");
    BOOST_TEST(post_outbound(gateway.client(), body).status == 202);
    BOOST_REQUIRE(gateway.destination().wait_for(3));
    BOOST_TEST(gateway.destination().deliveries().at(2).request.target == outbound_path);
}

BOOST_AUTO_TEST_CASE(a_full_queue_is_a_failure_that_may_be_tried_again) {
    gateway_settings s;
    s.limits = "queue_tasks = 1";
    gateway_under_test gateway(s);
    auto const answer = post_outbound(gateway.client(),
                                      outbound_request({outbound_call("c1"), outbound_call("c2")}));
    check_refused(answer, 500, "Failure", 503);
    BOOST_TEST(!answer.header("Retry-After").empty());
    BOOST_TEST(gateway.metric("sluice_tasks_accepted_total") == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace outbound_api_test
