// Calls that must be refused: the right status, a problem document, and nothing queued.
#include "tests/e2e/gateway_under_test.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <tuple>
#include <vector>

namespace bad_requests_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

struct bad_request {
    std::string name;
    int status;
    std::string method;
    std::string target;
    http_headers headers;
    std::string body;
};

std::string const security(security_id);
http_headers const as_json{{"Content-Type", "application/json"}};
http_headers const as_xml{{"Content-Type", "application/xml"}};
http_headers const as_form{{"Content-Type", "application/x-www-form-urlencoded"}};

struct bad_requests_fixture : gateway_under_test {
    bad_requests_fixture()
        : gateway_under_test(settings()) {}

    static gateway_settings settings() {
        gateway_settings settings;
        settings.limits = "body = \"8KiB\"\nmax_delay = \"30d\"";
        return settings;
    }

    // The document that RFC 9457 asks for, in the form that was accepted.
    void check_problem(bad_request const& bad, http_response const& answer) {
        auto const type = answer.header("Content-Type");
        if (type.starts_with("application/problem+xml")) {
            BOOST_TEST(answer.body.find("<status>" + std::to_string(bad.status)) !=
                       std::string::npos);
            return;
        }
        BOOST_TEST(type.starts_with("application/problem+json"), "Content-Type: " << type);
        BOOST_TEST(json_at(answer.body, "/status") == std::to_string(bad.status));
        BOOST_TEST(!json_at(answer.body, "/title").empty());
        BOOST_TEST(!json_at(answer.body, "/type").empty());
    }

    void check_all_refused(std::vector<bad_request> const& table) {
        for (auto const& bad : table) {
            BOOST_TEST_CONTEXT(bad.name << ": " << bad.method << " " << bad.target) {
                auto const answer =
                    client().try_request(bad.method, bad.target, bad.headers, bad.body);
                BOOST_TEST(answer.has_value(), "no answer");
                if (answer) {
                    BOOST_TEST(answer->status == bad.status, "status " << answer->status << ", not "
                                                                       << bad.status << ": "
                                                                       << answer->body);
                    check_problem({bad.name, answer->status, {}, {}, {}, {}}, *answer);
                }
            }
        }
        BOOST_TEST(metric("sluice_tasks_accepted_total") == 0);
        for (auto const* state : {"scheduled", "ready", "in_flight", "retry_wait"}) {
            auto const label = std::string("state=\"") + state + "\"";
            BOOST_TEST(metric("sluice_queue_tasks", label) == 0, label);
        }
        BOOST_TEST(destination().count() == 0U);
    }
};

std::string const outbound = "/v1/webhooks/createOutbound";

// A good call as JSON with one member replaced (or left out, where `value` is empty).
std::string json_with(std::string const& name, std::string const& value) {
    std::vector<std::pair<std::string, std::string>> const members{
        {"apiVersion", "\"1.0\""},  {"securityID", '"' + security + '"'},
        {"flowID", "\"flow0001\""}, {"clientID", "\"client-1\""},
        {"delayMinutes", "0"},      {"contactNumbers", "\"9879964805\""},
    };
    std::string text;
    for (auto const& [key, good] : members) {
        auto const& written = key == name ? value : good;
        if (!written.empty()) {
            text += (text.empty() ? "{\"" : ",\"") + key + "\":" + written;
        }
    }
    return text + "}";
}

bad_request outbound_call(std::string name, int status, http_headers headers, std::string body) {
    return {std::move(name), status, "POST", outbound, std::move(headers), std::move(body)};
}

bad_request task_call(std::string name, int status, std::string body) {
    return {std::move(name), status, "POST", "/v1/tasks", json_bearer(), std::move(body)};
}

std::string nested(std::string const& open, std::string const& close, int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) {
        text += open;
    }
    for (int i = 0; i < depth; ++i) {
        text += close;
    }
    return text;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(bad_requests, bad_requests_fixture)

BOOST_AUTO_TEST_CASE(json_that_cannot_be_read) {
    auto const good = json_with("", "");
    check_all_refused({
        outbound_call("empty body", 400, as_json, ""),
        outbound_call("cut off", 400, as_json, good.substr(0, good.size() - 1)),
        outbound_call("two values", 400, as_json, good + good),
        outbound_call("an array", 400, as_json, "[]"),
        outbound_call("a comment", 400, as_json, "/* */" + good),
        outbound_call("duplicate name", 400, as_json,
                      R"({"flowID":"flow0001","flowID":"flow0002"})"),
        outbound_call("one variable in two forms", 400, as_json,
                      R"({"flowID":"flow0001","$flow.syskey.flowID":"flow0001"})"),
        outbound_call("too deep", 400, as_json, R"({"a":)" + nested("[", "]", 40) + "}"),
        outbound_call("invalid UTF-8", 400, as_json, json_with("clientID", "\"\xc3\x28\"")),
        outbound_call("a lone surrogate", 400, as_json, json_with("clientID", R"("\ud800")")),
        outbound_call("not a finite number", 400, as_json, json_with("delayMinutes", "1e999")),
        outbound_call("not JSON's number", 400, as_json, json_with("delayMinutes", "01")),
        outbound_call("a control character", 400, as_json, json_with("clientID", "\"\x01\"")),
    });
}

BOOST_AUTO_TEST_CASE(xml_that_cannot_be_read) {
    check_all_refused({
        outbound_call("empty body", 400, as_xml, ""),
        outbound_call("not closed", 400, as_xml, "<request><flowID>flow0001</flowID>"),
        outbound_call("two roots", 400, as_xml, "<request/><request/>"),
        outbound_call("text only", 400, as_xml, "hello"),
        outbound_call("a DOCTYPE", 400, as_xml, "<!DOCTYPE request><request/>"),
        outbound_call(
            "an external entity", 400, as_xml,
            "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><request>&x;</request>"),
        outbound_call("an unknown entity", 400, as_xml, "<request><flowID>&x;</flowID></request>"),
        outbound_call("too deep", 400, as_xml, nested("<a>", "</a>", 300)),
        outbound_call("invalid UTF-8", 400, as_xml,
                      "<request><clientID>\xc3\x28</clientID></request>"),
        outbound_call("mismatched tags", 400, as_xml, "<request><a></b></request>"),
        outbound_call("duplicate variable", 400, as_xml,
                      "<request><flowID>flow0001</flowID>"
                      "<key name=\"$flow.syskey.flowID\">flow0001</key></request>"),
    });
}

BOOST_AUTO_TEST_CASE(values_that_are_wrong) {
    check_all_refused({
        outbound_call("no apiVersion", 422, as_json, json_with("apiVersion", "")),
        outbound_call("unknown apiVersion", 422, as_json, json_with("apiVersion", "\"9.9\"")),
        outbound_call("short securityID", 422, as_json, json_with("securityID", "\"abc\"")),
        outbound_call("unknown securityID", 401, as_json,
                      json_with("securityID", '"' + std::string(64, 'f') + '"')),
        outbound_call("no flowID", 422, as_json, json_with("flowID", "")),
        outbound_call("short flowID", 422, as_json, json_with("flowID", "\"flow\"")),
        outbound_call("long flowID", 422, as_json, json_with("flowID", "\"flow00001\"")),
        outbound_call("negative delay", 422, as_json, json_with("delayMinutes", "-1")),
        outbound_call("half a minute", 422, as_json, json_with("delayMinutes", "0.5")),
        outbound_call("delay that is no number", 422, as_json,
                      json_with("delayMinutes", "\"soon\"")),
        outbound_call("delay past the limit", 422, as_json, json_with("delayMinutes", "99999999")),
        outbound_call("no number to call", 422, as_json, json_with("contactNumbers", "")),
        outbound_call("empty list of numbers", 422, as_json, json_with("contactNumbers", "[]")),
        outbound_call("letters for a number", 422, as_json, json_with("contactNumbers", "\"abc\"")),
        outbound_call("one bad number of two", 422, as_json,
                      json_with("contactNumbers", "\"9879964805,12x4\"")),
        outbound_call("form without numbers", 422, as_form,
                      "flowID=flow0001&securityID=" + security),
    });
}

BOOST_AUTO_TEST_CASE(every_wrong_value_is_named) {
    auto const answer = client().post(
        outbound, as_json,
        R"({"apiVersion":"1.0","securityID":")" + security +
            R"(","flowID":"x","clientID":"c","delayMinutes":-1,"contactNumbers":"abc"})");
    BOOST_TEST(answer.status == 422);
    for (int i = 0; i < 3; ++i) {
        auto const error = "/errors/" + std::to_string(i);
        BOOST_TEST(!json_at(answer.body, error + "/pointer").empty());
        BOOST_TEST(!json_at(answer.body, error + "/detail").empty());
    }
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_length_is_told_in_characters) {
    auto const told = [&](std::string const& name, std::string const& value) {
        auto const answer = client().post(outbound, as_json, json_with(name, value));
        BOOST_TEST(answer.status == 422);
        return json_at(answer.body, "/errors/0/detail");
    };
    BOOST_TEST(told("flowID", "\"fl\xc3\xb6w01\"") == "flowID must have 8 characters; it has 6.");
    BOOST_TEST(told("securityID", "[\"" + security + "\"]") ==
               "securityID must be one value, not a list.");
    BOOST_TEST(
        client().post(outbound, as_json, json_with("flowID", "\"fl\xc3\xb6w0001\"")).status == 202);
}

BOOST_AUTO_TEST_CASE(a_name_that_is_wrong_hides_no_wrong_value) {
    auto const answer = client().post(
        outbound, as_json,
        R"({"apiVersion":"1.0","securityID":")" + security +
            R"(","flow_id":"short","clientID":"c","delayminutes":-1,"contactNumbers":"abc"})");
    BOOST_TEST(answer.status == 422);
    for (auto const& [error, pointer, detail] :
         {std::tuple{"/errors/0", "/flow_id", "it is written flowID."},
          std::tuple{"/errors/1", "/delayminutes", "it is written delayMinutes."},
          std::tuple{"/errors/2", "/flow_id", "flowID must have 8 characters; it has 5."},
          std::tuple{"/errors/3", "/delayminutes", "delayMinutes must be a whole number"},
          std::tuple{"/errors/4", "/contactNumbers", "is not a telephone number"}}) {
        BOOST_TEST(json_at(answer.body, std::string(error) + "/pointer") == pointer);
        auto const told = json_at(answer.body, std::string(error) + "/detail");
        BOOST_TEST(told.find(detail) != std::string::npos, told);
    }
    BOOST_TEST(json_at(answer.body, "/errors/5").empty());
}

BOOST_AUTO_TEST_CASE(tasks_that_are_wrong) {
    check_all_refused({
        task_call("not JSON", 400, "destination=crm"),
        task_call("no destination", 422, R"({"body":"x"})"),
        task_call("unknown destination", 422, R"({"destination":"nowhere"})"),
        task_call("two bodies", 422, R"({"destination":"crm","body":"x","body_base64":"eA=="})"),
        task_call("bad base64", 422, R"({"destination":"crm","body_base64":"%%%"})"),
        task_call("bad delay", 422, R"({"destination":"crm","delay":"soon"})"),
        task_call("negative delay", 422, R"({"destination":"crm","delay":-1})"),
        task_call("delay past the limit", 422, R"({"destination":"crm","delay":"31d"})"),
        task_call("bad instant", 422,
                  R"({"destination":"crm","not_before":"2026-13-01T00:00:00Z"})"),
        task_call("instant without offset", 422,
                  R"({"destination":"crm","not_before":"2026-12-01T00:00:00"})"),
        task_call("unknown method", 422, R"({"destination":"crm","method":"BR EW"})"),
        task_call("line break in a header", 422,
                  R"({"destination":"crm","headers":{"X-A":"1\r\nX-Injected: 1"}})"),
        task_call("a header's name with a space", 422,
                  R"({"destination":"crm","headers":{"X A":"1"}})"),
        task_call("expired already", 422,
                  R"({"destination":"crm","expires_at":"2001-01-01T00:00:00Z"})"),
        {"no bearer", 401, "POST", "/v1/tasks", as_json, R"({"destination":"crm"})"},
    });
}

BOOST_AUTO_TEST_CASE(calls_that_http_itself_refuses) {
    std::string const large(9 * 1024, 'x');
    auto const good = json_with("", "");
    auto with = [](http_headers headers, std::string name, std::string value) {
        headers.emplace_back(std::move(name), std::move(value));
        return headers;
    };
    check_all_refused({
        {"unknown path", 404, "POST", "/nowhere", as_json, good},
        {"unknown route", 404, "POST", "/in/nowhere", as_json, good},
        {"unknown webhook", 404, "POST", "/v1/webhooks/nowhere", as_json, good},
        {"unknown method in the body", 422, "POST", "/centraloutboundwebhook-v1/prod/", as_json,
         R"({"method":"nowhere"})"},
        {"GET on a webhook", 405, "GET", outbound, {}, ""},
        {"PUT on /v1/tasks", 405, "PUT", "/v1/tasks", json_bearer(), "{}"},
        {"TRACE", 405, "TRACE", "/in/crm", {}, ""},
        {"unknown verb", 501, "BREW", "/in/crm", {}, ""},
        {"body past the limit", 413, "POST", "/in/crm", {}, large},
        {"unknown media type", 415, "POST", outbound, {{"Content-Type", "image/png"}}, good},
        {"unknown coding", 415, "POST", outbound, with(as_json, "Content-Encoding", "br"), good},
        {"not what its coding says", 400, "POST", outbound,
         with(as_json, "Content-Encoding", "gzip"), good},
        {"unknown Accept", 406, "POST", outbound, with(as_json, "Accept", "image/png"), good},
        {"unknown Expect", 417, "POST", "/in/crm", {{"Expect", "tea"}}, "x"},
        {"target past the limit", 414, "GET", "/in/crm?" + large, {}, ""},
        {"header past the limit", 431, "GET", "/in/crm", {{"X", std::string(20000, 'x')}}, ""},
    });
}

BOOST_AUTO_TEST_CASE(a_refused_method_names_the_allowed_ones) {
    auto const answer = client().get(outbound);
    BOOST_TEST(answer.status == 405);
    BOOST_TEST(answer.header("Allow").find("POST") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_problem_is_xml_where_the_request_was) {
    auto const answer = client().post(outbound, as_xml, "<request><flowID>x</flowID></request>");
    BOOST_TEST(answer.status == 422);
    BOOST_TEST(answer.header("Content-Type").starts_with("application/problem+xml"));
}

BOOST_AUTO_TEST_CASE(a_call_after_a_refused_one_is_served_on_the_same_connection) {
    auto connection = client();
    BOOST_TEST(connection.post(outbound, as_json, "{").status == 400);
    BOOST_TEST(connection.post(outbound, as_json, json_with("", "")).status == 202);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace bad_requests_test
