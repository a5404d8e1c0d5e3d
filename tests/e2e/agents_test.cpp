// Agents and their breaks: the three webhooks, /v1/agents, and what a restart leaves of them.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <thread>
#include <vector>

namespace agents_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

constexpr char agent[] = "919879964805";
constexpr char other[] = "919879964806";
constexpr char set_path[] = "/v1/webhooks/setAgentBreak";
constexpr char status_path[] = "/v1/webhooks/getAgentStatus";
constexpr char report_path[] = "/v1/webhooks/agentBreakReport";
constexpr char updated[] = "$flow.key.cli_pause_update";

http_headers const as_json{{"Content-Type", "application/json"}};
http_headers const as_xml{{"Content-Type", "application/xml"}};
http_headers const as_form{{"Content-Type", "application/x-www-form-urlencoded"}};

std::string set_body(std::string const& cli, bool is_break, std::string const& more = {}) {
    return R"({"cli":")" + cli + R"(","pause":)" + (is_break ? "true" : "false") + more + "}";
}

struct agents_gateway : gateway_under_test {
    using gateway_under_test::gateway_under_test;

    http_response set(std::string const& cli, bool is_break) {
        return client().post(set_path, as_json, set_body(cli, is_break));
    }
    http_response status(std::string const& cli) {
        return client().get("/v1/agents/" + cli, bearer());
    }
    std::string available() {
        auto const answer = client().get("/v1/agents?available=true", bearer());
        BOOST_TEST(answer.status == 200);
        std::string all;
        auto const body = boost::json::parse(answer.body);
        for (auto const& each : body.at("agents").as_array()) {
            if (!all.empty()) all += ' ';
            all += each.at("cli").as_string();
        }
        return all;
    }
    boost::json::array breaks(std::string const& cli) {
        auto const answer = client().get("/v1/agents/" + cli + "/breaks", bearer());
        BOOST_TEST(answer.status == 200);
        return boost::json::parse(answer.body).at("agents").at(0).at("breaks").as_array();
    }
};

void check_updated(http_response const& answer, std::string const& value) {
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.header("Content-Type") == "application/json");
    BOOST_TEST(answer.body == R"({"api-response-code":200,"keys":[{"name":")" +
                                  std::string(updated) + R"(","value":")" + value + R"("}]})");
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(agents, agents_gateway)

BOOST_AUTO_TEST_CASE(a_break_is_set_in_every_form_and_in_both_forms_of_the_number) {
    struct row {
        http_headers headers;
        std::string body;
    };
    std::vector<row> const calls{
        {as_json, R"({"cli":"9879964805","pause":true})"},
        {as_json, R"({"$flow.key.cli":"919879964805","$flow.key.pause":"true"})"},
        {as_json, R"({"keys":[{"name":"$flow.key.cli","value":"+91 98799 64805"},)"
                  R"({"name":"$flow.key.pause","value":"true"}]})"},
        {as_form, "cli=9879964805&pause=true"},
        {as_json,
         R"({"$call.agent.dnis.number":"9879964805","$call.cli.number":"1","pause":true})"},
        {as_json, R"({"$call.cli.number":"09879964805","pause":true})"},
    };
    for (auto const& [headers, body] : calls) {
        BOOST_TEST_CONTEXT(body) {
            BOOST_TEST(json_at(status(agent).body, "/on_break") == "false");
            check_updated(client().post(set_path, headers, body), "true");
            auto const now = status(agent).body;
            BOOST_TEST(json_at(now, "/cli") == agent);
            BOOST_TEST(json_at(now, "/on_break") == "true");
            BOOST_TEST(json_at(now, "/available") == "false");
            BOOST_TEST(json_at(now, "/since").ends_with("+05:30"));
            BOOST_TEST(available() == other);
            check_updated(set("9879964805", false), "true");
            BOOST_TEST(json_at(status("9879964805").body, "/since") == "null");
            BOOST_TEST(available() == std::string(agent) + " " + other);
        }
    }
    BOOST_TEST(breaks(agent).size() == calls.size());
}

BOOST_AUTO_TEST_CASE(answers_are_written_as_the_caller_wants) {
    auto const xml = client().post(set_path, as_xml,
                                   "<request><cli>9879964805</cli><pause>true</pause></request>");
    BOOST_TEST(xml.status == 200);
    BOOST_TEST(xml.header("Content-Type") == "application/xml");
    BOOST_TEST(xml.body == "<response><api-response-code>200</api-response-code><keys>"
                           "<key name=\"$flow.key.cli_pause_update\">true</key></keys></response>");
    auto headers = as_xml;
    headers.emplace_back("Accept", "application/json");
    check_updated(client().post(set_path, headers,
                                "<request><cli>9879964805</cli><pause>true</pause></request>"),
                  "true");

    headers = as_json;
    headers.emplace_back("Accept", "application/xml");
    auto const status_xml = client().post(status_path, headers, R"({"cli":"9879964805"})");
    BOOST_TEST(status_xml.status == 200);
    BOOST_TEST(status_xml.body.starts_with("<response><cli>919879964805</cli>"
                                           "<on_break>true</on_break><available>false</available>"
                                           "<since>2"));
    auto const status_json = client().post(status_path, as_json, R"({"cli":"9879964805"})");
    BOOST_TEST(json_at(status_json.body, "/on_break") == "true");
    BOOST_TEST(status_json.body == status(agent).body);

    auto csv = bearer();
    csv.emplace_back("Accept", "text/csv");
    BOOST_TEST(client().get("/v1/agents/9879964805", csv).status == 406);
    auto const refused =
        client().post(set_path, {{"Content-Type", "application/json"}, {"Accept", "text/csv"}},
                      set_body(agent, false));
    BOOST_TEST(refused.status == 406);
    BOOST_TEST(json_at(status(agent).body, "/on_break") == "true");
}

BOOST_AUTO_TEST_CASE(an_unknown_agent_is_told_apart_from_a_bad_call) {
    for (auto const* cli : {"919879964899", "nobody", "12"})
        check_updated(set(cli, true), "false");
    BOOST_TEST(client().post(status_path, as_json, R"({"cli":"919879964899"})").status == 404);
    BOOST_TEST(status("919879964899").status == 404);
    BOOST_TEST(client().get("/v1/agents/919879964899/breaks", bearer()).status == 404);

    struct row {
        char const* path;
        http_headers headers;
        char const* body;
        int status;
        char const* pointer;
    };
    std::vector<row> const calls{
        {set_path, as_json, R"({"cli":"9879964805"})", 422, "/pause"},
        {set_path, as_json, R"({"pause":true})", 422, "/cli"},
        {set_path, as_json, R"({"cli":"9879964805","pause":"on"})", 422, "/pause"},
        {set_path, as_json, R"({"cli":["1"],"pause":true})", 422, "/cli"},
        {set_path, as_form, "cli=9879964805&pause=", 422, "pause"},
        {set_path, as_json, R"({"cli":"9879964805","pause":true,"delayMinutes":-1})", 422,
         "/delayMinutes"},
        {set_path, as_json, R"({"cli":"9879964805","pause":true,"securityID":"short"})", 422,
         "/securityID"},
        {set_path, as_json, R"({"cli":"9879964805","pause":true)", 400, ""},
        {set_path, as_json, R"({"cli":"1","$flow.key.cli":"2","pause":true})", 400,
         "/$flow.key.cli"},
        {set_path, as_json, R"({"cli":"9879964805","pause":true,"accountID":"7"})", 403, ""},
        {status_path, as_json, "{}", 422, "/cli"},
        {report_path, as_json, R"({"from":"yesterday"})", 422, "/from"},
        {report_path, as_json, R"({"from":"2026-03-02","to":"2026-03-01"})", 422, "/to"},
    };
    for (auto const& [path, headers, body, status_code, pointer] : calls) {
        BOOST_TEST_CONTEXT(body) {
            auto const answer = client().post(path, headers, body);
            BOOST_TEST(answer.status == status_code);
            BOOST_TEST(answer.header("Content-Type") == "application/problem+json");
            BOOST_TEST(json_at(answer.body, "/errors/0/pointer") == pointer);
        }
    }
    auto const xml = client().post(set_path, as_xml, "<r><cli>9879964805</cli></r>");
    BOOST_TEST(xml.status == 422);
    BOOST_TEST(xml.header("Content-Type") == "application/problem+xml");
    BOOST_TEST(xml.body.find("/r/pause") != std::string::npos);
    BOOST_TEST(breaks(agent).empty());
}

BOOST_AUTO_TEST_CASE(the_calls_of_v1_need_the_bearer_and_their_own_method) {
    for (auto const* path : {"/v1/agents", "/v1/agents/9879964805", "/v1/agents/1/breaks"}) {
        BOOST_TEST(client().get(path).status == 401);
        BOOST_TEST(client().get(path, {{"Authorization", "Bearer wrong"}}).status == 401);
        auto const posted = client().post(path, json_bearer(), "{}");
        BOOST_TEST(posted.status == 405);
        BOOST_TEST(posted.header("Allow") == "GET, HEAD");
    }
    for (auto const* path :
         {"/v1/agents/", "/v1/agents//breaks", "/v1/agents/1/2", "/v1/agentsx"}) {
        BOOST_TEST(client().get(path, bearer()).status == 404);
    }
    for (auto const* const path : {"/v1/agents/9879964805.0", "/v1/agents/9879964805.0/breaks",
                                   "/v1/agents/9879964805.0/planned"}) {
        BOOST_TEST(client().get(path, bearer()).status == 422, path);
    }
    BOOST_TEST(client().get("/v1/agents?available=maybe", bearer()).status == 422);
    BOOST_TEST(client().get("/v1/agents?available=true&available=true", bearer()).status == 400);
    auto const busy = client().get("/v1/agents?available=false", bearer());
    BOOST_TEST(busy.body == R"({"agents":[]})");
    auto const all = client().get("/v1/agents", bearer());
    BOOST_TEST(json_at(all.body, "/agents/1/cli") == other);
    BOOST_TEST(client().get("/v1/agents/%2B919879964805", bearer()).status == 200);
}

BOOST_AUTO_TEST_CASE(a_repeated_set_changes_nothing) {
    check_updated(set(agent, true), "true");
    auto const first = breaks(agent).at(0).at("start");
    for (int i = 0; i < 3; ++i)
        check_updated(set(agent, true), "true");
    BOOST_REQUIRE(breaks(agent).size() == 1U);
    BOOST_TEST((breaks(agent).at(0).at("start") == first));
    BOOST_TEST(breaks(agent).at(0).at("end").is_null());
    check_updated(set(agent, false), "true");
    check_updated(set(agent, false), "true");
    BOOST_REQUIRE(breaks(agent).size() == 1U);
    BOOST_TEST(breaks(agent).at(0).at("end").is_string());
}

BOOST_AUTO_TEST_CASE(a_report_is_answered_as_json_xml_and_csv) {
    check_updated(set(agent, true), "true");
    check_updated(set(agent, false), "true");
    check_updated(set(agent, true), "true");
    auto const json = client().post(report_path, as_json, "{}");
    BOOST_TEST(json.status == 200);
    BOOST_TEST(json_at(json.body, "/time_zone") == "Asia/Kolkata");
    BOOST_TEST(json_at(json.body, "/from").ends_with("T00:00:00+05:30"));
    BOOST_TEST(json_at(json.body, "/agents/0/cli") == agent);
    BOOST_TEST(json_at(json.body, "/agents/0/breaks/0/source") == "webhook");
    BOOST_TEST(json_at(json.body, "/agents/0/breaks/1/end") == "null");
    BOOST_TEST(json_at(json.body, "/agents/0/days/0/date") ==
               json_at(json.body, "/from").substr(0, 10));
    BOOST_TEST(json_at(json.body, "/agents/1/cli") == other);
    BOOST_TEST(json_at(json.body, "/agents/1/breaks") == "[]");

    auto headers = as_form;
    headers.emplace_back("Accept", "text/csv");
    auto const csv = client().post(report_path, headers, "cli=9879964805");
    BOOST_TEST(csv.status == 200);
    BOOST_TEST(csv.header("Content-Type").starts_with("text/csv"));
    BOOST_TEST(csv.body.starts_with("cli,start,end,seconds,source\r\n919879964805,2"));
    BOOST_TEST(std::count(csv.body.begin(), csv.body.end(), '\n') == 3);

    auto const xml = client().post(report_path, as_xml, "<r><cli>919879964806</cli></r>");
    BOOST_TEST(xml.status == 200);
    BOOST_TEST(xml.body.find("<agents><cli>919879964806</cli><total_seconds>0</total_seconds>"
                             "</agents></response>") != std::string::npos);

    auto wants_csv = bearer();
    wants_csv.emplace_back("Accept", "text/csv");
    auto const got = client().get(
        "/v1/agents/9879964805/breaks?from=2020-01-01T00:00:00+05:30&to=2020-02-01", wants_csv);
    BOOST_TEST(got.body == "cli,start,end,seconds,source\r\n");
}

BOOST_AUTO_TEST_CASE(the_documented_path_knows_the_webhooks_too) {
    auto const answer =
        client().post("/centraloutboundwebhook-v1/prod/", as_json,
                      R"({"method":"setAgentBreak","cli":"9879964805","pause":"true"})");
    check_updated(answer, "true");
    auto const status_answer =
        client().post("/centraloutboundwebhook-v1/prod/", as_xml,
                      "<r><method>getAgentStatus</method><cli>9879964805</cli></r>");
    BOOST_TEST(status_answer.body.find("<on_break>true</on_break>") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(breaks_survive_a_kill) {
    check_updated(set(agent, true), "true");
    check_updated(set(other, true), "true");
    check_updated(set(other, false), "true");
    auto const since = json_at(status(agent).body, "/since");
    kill();
    start();
    BOOST_TEST(json_at(status(agent).body, "/on_break") == "true");
    BOOST_TEST(json_at(status(agent).body, "/since") == since);
    BOOST_TEST(json_at(status(other).body, "/on_break") == "false");
    BOOST_TEST(breaks(other).size() == 1U);
    check_updated(set(agent, false), "true");
    BOOST_TEST(stop() == 0);
    start();
    BOOST_TEST(breaks(agent).size() == 1U);
    BOOST_TEST(available() == std::string(agent) + " " + other);
}

BOOST_AUTO_TEST_CASE(a_planned_break_is_kept_over_a_kill_and_not_carried_out_early) {
    auto const answer =
        client().post(set_path, as_json, set_body(agent, true, R"(,"delayMinutes":60)"));
    check_updated(answer, "true");
    check_updated(
        client().post(set_path, as_json, set_body("919879964899", true, R"(,"delayMinutes":60)")),
        "false");
    BOOST_TEST(json_at(status(agent).body, "/on_break") == "false");
    kill();
    start();
    BOOST_TEST(json_at(status(agent).body, "/on_break") == "false");
    // What is set meanwhile stays apart from it.
    check_updated(set(agent, true), "true");
    check_updated(set(agent, false), "true");
    BOOST_TEST(breaks(agent).size() == 1U);
}

BOOST_AUTO_TEST_CASE(sets_at_the_same_time_come_to_one_state_without_overlap) {
    constexpr int callers = 8;
    constexpr int calls = 50;
    std::vector<std::thread> threads;
    for (int i = 0; i < callers; ++i) {
        threads.emplace_back([this, i] {
            auto connection = client();
            for (int n = 0; n < calls; ++n) {
                auto const body = set_body(n % 2 == 0 ? agent : "9879964805", (i + n) % 3 != 0);
                connection.post(set_path, as_json, body);
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    auto const all = breaks(agent);
    BOOST_TEST(!all.empty());
    bool const is_on_break = json_at(status(agent).body, "/on_break") == "true";
    for (std::size_t i = 0; i < all.size(); ++i) {
        bool const is_last = i + 1 == all.size();
        BOOST_TEST(all[i].at("end").is_null() == (is_last && is_on_break));
        if (is_last) continue;
        BOOST_TEST(all[i].at("end").as_string() <= all[i + 1].at("start").as_string());
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace agents_test
