// Widgets: HTTP calls to any API as custom webhooks, with the answer waited for or as tasks.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

namespace widget_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
using namespace std::chrono_literals;

std::string widget_table(std::string const& name, std::string const& lines,
                         std::string const& networks = "[\"127.0.0.0/8\"]") {
    return "\n[[widget]]\nname = \"" + name +
           "\"\naccount = \"163\"\nallow_http = true\nallow_networks = " + networks + "\n" + lines +
           "\n";
}

gateway_settings with_widgets() {
    gateway_settings settings;
    settings.more = widget_table("weather", R"toml(
url = "{destination}/weather/$flow.key.city?u=$flow.key.unit&t=$sys.datetime"
headers = { Accept = "application/xml", X-Flow = "$flow.syskey.flowID" }
auth = { basic = "aladdin:open sesame" }
namespaces = { w = "urn:weather" }
timeout = "2s"
wait = "10s"
map = { "$flow.key.temp" = "//w:temp/text()", "$flow.key.scale" = "//w:temp/@unit" })toml") +
                    widget_table("order", R"toml(url = "{destination}/orders"
method = "POST"
body = '{"item":"$flow.key.item","count":$flow.key.count,"by":"$user.key.name"}'
auth = { bearer = "t0ken" }
retry = { schedule = ["100ms"], jitter = 0.0, max_attempts = 3 }
map = { "$flow.key.order" = "/order/id" })toml") +
                    widget_table("plain", R"toml(url = "{destination}/plain"
method = "PUT"
content_type = "text/plain"
body = "Dear $flow.key.name."
wait = "1s"
timeout = "5s")toml") +
                    widget_table("named", "url = \"http://localhost:9999/\"\nwait = \"5s\"", "[]");
    return settings;
}

constexpr char weather_answer[] =
    R"(<x:weather xmlns:x="urn:weather"><x:temp unit="celsius">31.5</x:temp></x:weather>)";

struct widget_fixture : gateway_under_test {
    widget_fixture()
        : gateway_under_test(with_widgets()) {}

    void answer(int status, std::string type, std::string body,
                std::chrono::milliseconds delay = 0ms) {
        destination().answer_with([=](http_request const&, std::size_t) {
            return destination_answer{status, {{"Content-Type", type}}, body, delay, false};
        });
    }

    http_response call(std::string const& name, std::string const& body,
                       http_headers headers = json_bearer()) {
        return client().post("/v1/webhooks/" + name, headers, body);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(widget, widget_fixture)

BOOST_AUTO_TEST_CASE(a_waited_widget_answers_with_mapped_and_outcome_variables) {
    answer(200, "text/xml", weather_answer);
    auto const got =
        call("weather", R"({"city":"New Delhi/?","unit":"c&x=1","flowID":"flow0001"})");
    BOOST_TEST(got.status == 200);
    BOOST_TEST(json_at(got.body, "/api-response-code") == "200");
    BOOST_TEST(variable_of(got.body, "$flow.key.temp") == "31.5");
    BOOST_TEST(variable_of(got.body, "$flow.key.scale") == "celsius");
    BOOST_TEST(variable_of(got.body, "response_status") == "SUCCESS");
    BOOST_TEST(variable_of(got.body, "response_status_code") == "200");
    BOOST_TEST(variable_of(got.body, "response_status_type") == "2xx");
    BOOST_TEST(variable_of(got.body, "response_error") == "false");
    BOOST_TEST(variable_of(got.body, "response_raw") == weather_answer);
    BOOST_TEST(!variable_of(got.body, "response_duration").empty());
    BOOST_TEST(json_at(got.body, "/unset").empty());
    auto const sent = destination().deliveries().at(0).request;
    BOOST_TEST(sent.method == "GET");
    BOOST_TEST(sent.target.starts_with("/weather/New%20Delhi%2F%3F?u=c%26x%3D1&t=20"));
    BOOST_TEST(sent.target.ends_with("%2B05%3A30"));
    BOOST_TEST(sent.header("Accept") == "application/xml");
    BOOST_TEST(sent.header("X-Flow") == "flow0001");
    BOOST_TEST(sent.header("Authorization") == "Basic YWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    BOOST_TEST(sent.body.empty());
}

BOOST_AUTO_TEST_CASE(xml_and_form_calls_are_the_same_call_and_xml_is_answered_in_xml) {
    answer(200, "application/xml", weather_answer);
    auto headers = bearer();
    headers.emplace_back("Content-Type", "application/xml");
    auto const xml = call("weather", "<r><city>Pune &amp; co</city><unit>c</unit></r>", headers);
    BOOST_TEST(xml.status == 200);
    BOOST_TEST(xml.header("Content-Type").starts_with("application/xml"));
    BOOST_TEST(xml.body.find("<key name=\"$flow.key.temp\">31.5</key>") != std::string::npos);
    BOOST_TEST(xml.body.find("<key name=\"response_status\">SUCCESS</key>") != std::string::npos);
    headers.back().second = "application/x-www-form-urlencoded";
    BOOST_TEST(call("weather", "city=Pune+%26+co&unit=c", headers).status == 200);
    auto const sent = destination().deliveries();
    auto const path = [](delivery const& d) {
        return d.request.target.substr(0, d.request.target.find("&t="));
    };
    BOOST_TEST(path(sent.at(0)) == "/weather/Pune%20%26%20co?u=c");
    BOOST_TEST(path(sent.at(1)) == path(sent.at(0)));
}

BOOST_AUTO_TEST_CASE(a_waited_failure_is_answered_at_once_and_tried_once) {
    answer(503, "text/plain", "busy");
    auto const got = call("weather", R"({"city":"Pune","unit":"c"})");
    BOOST_TEST(got.status == 200);
    BOOST_TEST(variable_of(got.body, "response_status") == "FAILED");
    BOOST_TEST(variable_of(got.body, "response_status_code") == "503");
    BOOST_TEST(variable_of(got.body, "response_status_type") == "5xx");
    BOOST_TEST(variable_of(got.body, "response_error") == "true");
    BOOST_TEST(variable_of(got.body, "response_raw") == "busy");
    BOOST_TEST(variable_of(got.body, "error_reason") == "answered 503");
    BOOST_TEST(destination().count() == 1U);
}

BOOST_AUTO_TEST_CASE(a_mapping_that_finds_nothing_is_a_failure_at_status_200) {
    answer(200, "application/xml", "<weather/>");
    auto const got = call("weather", R"({"city":"Pune","unit":"c"})");
    BOOST_TEST(got.status == 200);
    BOOST_TEST(variable_of(got.body, "response_status") == "FAILED");
    BOOST_TEST(variable_of(got.body, "response_status_code") == "200");
    BOOST_TEST(variable_of(got.body, "error_reason").find("$flow.key.") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(where_no_answer_comes_the_status_is_empty) {
    destination().answer_with(
        [](http_request const&, std::size_t) { return destination_answer{.hang_up = true}; });
    auto const got = call("weather", R"({"city":"Pune","unit":"c"})");
    BOOST_TEST(got.status == 200);
    BOOST_TEST(variable_of(got.body, "response_status") == "FAILED");
    BOOST_TEST(variable_of(got.body, "response_status_code") == "");
    BOOST_TEST(variable_of(got.body, "response_status_type") == "");
    BOOST_TEST(!variable_of(got.body, "error_reason").empty());
}

BOOST_AUTO_TEST_CASE(an_address_that_is_not_allowed_is_never_called) {
    auto const got = call("named", "{}");
    BOOST_TEST(got.status == 200);
    BOOST_TEST(variable_of(got.body, "response_status") == "FAILED");
    BOOST_TEST(variable_of(got.body, "error_reason").find("not allowed") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_asynchronous_widget_is_a_task_with_its_own_retry) {
    destination().answer_with([](http_request const&, std::size_t n) {
        destination_answer out;
        out.status = n < 3 ? 500 : 201;
        out.body = R"({"order":{"id":"A-7"}})";
        out.headers = {{"Content-Type", "application/json"}};
        return out;
    });
    auto const got = call("order", R"({"item":"tea \"green\"","count":"2"})");
    BOOST_TEST(got.status == 202);
    auto const id = json_at(got.body, "/request-id");
    BOOST_TEST(got.header("Location") == "/v1/tasks/" + id);
    BOOST_TEST(json_at(got.body, "/unset") == R"(["$user.key.name"])");
    BOOST_REQUIRE(wait_for_state(id, "delivered"));
    auto const seen = task(id).body;
    BOOST_TEST(json_at(seen, "/destination") == "widget:order");
    BOOST_TEST(json_at(seen, "/attempts/2/status") == "201");
    BOOST_TEST(json_at(seen, "/attempts/2/response") == R"({"order":{"id":"A-7"}})");
    BOOST_TEST(json_at(seen, "/result/0/name") == "$flow.key.order");
    BOOST_TEST(json_at(seen, "/result/0/value") == "A-7");
    BOOST_TEST(json_at(seen, "/result/1/value") == "SUCCESS");
    auto const sent = destination().deliveries().at(0).request;
    BOOST_TEST(sent.body == R"({"item":"tea \"green\"","count":2,"by":"$user.key.name"})");
    BOOST_TEST(sent.header("Authorization") == "Bearer t0ken");
    BOOST_TEST(wait_until([&] { return log().find("$user.key.name") != std::string::npos; }));
}

BOOST_AUTO_TEST_CASE(what_is_stored_about_the_contact_can_be_used) {
    answer(200, "application/json", R"({"order":{"id":"A-1"}})");
    auto const stored = client().post("/v1/webhooks/updateUserPreferences", json_bearer(),
                                      R"({"$user.syskey.contactNumber":"8000374123",)"
                                      R"("$user.syskey.accountID":"163",)"
                                      R"("$user.key.name":"Asha \"A\""})");
    BOOST_REQUIRE_EQUAL(stored.status, 200);
    auto const got = call("order", R"({"contactNumber":"+91 80003 74123","item":"x","count":1})");
    BOOST_TEST(got.status == 202);
    BOOST_TEST(json_at(got.body, "/unset").empty());
    BOOST_REQUIRE(destination().wait_for(1));
    BOOST_TEST(destination().deliveries().at(0).request.body ==
               R"({"item":"x","count":1,"by":"Asha \"A\""})");
}

BOOST_AUTO_TEST_CASE(an_asynchronous_failure_ends_dead_with_its_variables) {
    answer(404, "application/json", "{}");
    auto const id = json_at(call("order", R"({"item":"x","count":1})").body, "/request-id");
    BOOST_REQUIRE(wait_for_state(id, "dead"));
    BOOST_TEST(json_at(task(id).body, "/result/0/name") == "response_status");
    BOOST_TEST(json_at(task(id).body, "/result/0/value") == "FAILED");
    BOOST_TEST(destination().count() == 1U);
}

BOOST_AUTO_TEST_CASE(when_the_time_is_over_the_task_goes_on) {
    answer(200, "text/plain", "thanks", 2500ms);
    auto const got = call("plain", R"({"name":"Asha"})");
    BOOST_TEST(got.status == 202);
    auto const id = json_at(got.body, "/request-id");
    BOOST_REQUIRE(wait_for_state(id, "delivered"));
    BOOST_TEST(destination().deliveries().at(0).request.body == "Dear Asha.");
    BOOST_TEST(destination().count() == 1U);
}

BOOST_AUTO_TEST_CASE(the_caller_may_wait_longer_or_not_at_all) {
    answer(200, "application/json", R"({"order":{"id":"A-8"}})");
    auto headers = json_bearer();
    headers.emplace_back("Prefer", "wait=10");
    auto const waited = call("order", R"({"item":"x","count":1})", headers);
    BOOST_TEST(waited.status == 200);
    BOOST_TEST(waited.header("Preference-Applied") == "wait=10");
    BOOST_TEST(variable_of(waited.body, "$flow.key.order") == "A-8");
    headers.back().second = "respond-async";
    BOOST_TEST(call("plain", R"({"name":"x"})", headers).status == 202);
}

BOOST_AUTO_TEST_CASE(a_value_that_would_break_out_of_a_header_is_refused) {
    auto const got = call("weather", R"({"city":"Pune","unit":"c","flowID":"a\r\nX-Evil: 1"})");
    BOOST_TEST(got.status == 422);
    BOOST_TEST(json_at(got.body, "/errors/0/pointer") == "/flowID");
    BOOST_TEST(destination().count() == 0U);
    BOOST_TEST(metric("sluice_tasks_accepted_total") == 0);
}

BOOST_AUTO_TEST_CASE(a_repeated_key_gives_the_waited_answer_again) {
    answer(200, "application/json", R"({"order":{"id":"A-9"}})");
    auto headers = json_bearer();
    headers.emplace_back("Prefer", "wait=10");
    headers.emplace_back("Idempotency-Key", "k1");
    auto const first = call("order", R"({"item":"x","count":1})", headers);
    auto const second = call("order", R"({"item":"x","count":1})", headers);
    BOOST_TEST(first.status == 200);
    BOOST_TEST(second.status == 200);
    BOOST_TEST(second.body == first.body);
    BOOST_TEST(second.header("Location") == first.header("Location"));
    BOOST_TEST(destination().count() == 1U);
}

BOOST_AUTO_TEST_CASE(who_may_call_a_widget) {
    answer(200, "application/xml", weather_answer);
    http_headers const json{{"Content-Type", "application/json"}};
    BOOST_TEST(call("weather", R"({"city":"a","unit":"c"})", json).status == 200);
    auto wrong = json;
    wrong.emplace_back("Authorization", "Bearer " + std::string(64, 'x'));
    BOOST_TEST(call("weather", "{}", wrong).status == 401);
    BOOST_TEST(call("weather", R"({"accountID":"other"})").status == 403);
    BOOST_TEST(call("nothing", "{}").status == 404);
    BOOST_TEST(client().get("/v1/webhooks/weather", bearer()).status == 405);
}

BOOST_AUTO_TEST_CASE(mistakes_are_found_before_the_program_runs) {
    struct row {
        std::string lines;
        std::string problem;
    };
    for (auto const& [lines, problem] : {
             row{"url = \"https://x.io/$flow.key.a b\"", "cannot stand in a URL"},
             row{"url = \"https://$flow.key.a/\"", "scheme, host or port"},
             row{"url = \"https://x.io/?a=$flow.kye.city\"", "$flow.kye.city is no variable"},
             row{"url = \"https://x.io/\"\ncontent_type = \"text/plain\"\nbody = \"$sys.time\"",
                 "$sys.datetime is the only one"},
             row{"url = \"https://x.io/\"\nbody = '{\"a\":$flow.key.a'", "the text ends here"},
             row{"url = \"https://x.io/\"\nbody = '{$flow.key.a:1}'", "$flow.key.a"},
             row{"url = \"https://x.io/\"\ncontent_type = \"text/xml\"\nbody = '<$flow.key.a/>'",
                 "in a tag"},
             row{"url = \"https://x.io/\"\nheaders = { X = \"a\\u0007\" }", "control characters"},
             row{"url = \"https://x.io/\"\nmap = { \"$flow.key.a\" = \"/a[\" }", "not an XPath"},
             row{"url = \"https://x.io/\"\nmap = { \"$flow.key.a\" = \"a\" }", "begins with /"},
             row{"url = \"https://x.io/\"\nmap = { \"flow.a\" = \"/a\" }", "must be a variable"},
             row{"url = \"https://x.io/\"\nmap = { \"$flow.key.\" = \"/a\" }",
                 "must be a variable"},
             row{"url = \"https://x.io/\"\nnamespaces = { w = \"urn:w\" }\n"
                 "map = { \"$flow.key.a\" = \"//v:a\" }",
                 "is not in namespaces"},
             row{"url = \"https://x.io/\"\nnamespaces = { \"1w\" = \"urn:w\" }", "XML prefix"},
             row{"url = \"https://x.io/\"\nnamespaces = { w = \"\" }", "URI of a namespace"},
         }) {
        BOOST_TEST_CONTEXT(lines) {
            auto broken = with_widgets();
            broken.more += "\n[[widget]]\nname = \"broken\"\naccount = \"163\"\n" + lines + "\n";
            temporary_directory directory;
            auto const file = directory / "sluice.toml";
            std::ofstream(file) << write_configuration(broken, ports(), "data");
            auto const checked = run_sluice({"check", file.string()});
            BOOST_TEST(checked.exit_code == 78);
            auto const said = checked.output + checked.errors;
            BOOST_TEST(said.find(problem) != std::string::npos, said);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace widget_test
