// /v1/tasks: a task as JSON, many at once, what can be seen of it, and how it is cancelled.
#include "tests/e2e/gateway_under_test.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

namespace tasks_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

struct tasks_fixture : gateway_under_test {
    http_response submit(std::string const& body) {
        return client().post("/v1/tasks", json_bearer(), body);
    }

    // The id of an accepted task.
    std::string accept(std::string const& body) {
        auto const answer = submit(body);
        BOOST_TEST_CONTEXT(body << " -> " << answer.body) {
            BOOST_REQUIRE_EQUAL(answer.status, 202);
        }
        return json_at(answer.body, "/id");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(tasks, tasks_fixture)

BOOST_AUTO_TEST_CASE(an_accepted_task_is_delivered_as_described) {
    auto const answer = submit(R"({"destination":"crm","method":"PATCH",)"
                               R"("headers":{"X-Kind":"test"},"body":"plain text"})");
    BOOST_TEST(answer.status == 202);
    BOOST_TEST(json_at(answer.body, "/id").size() == 36U);
    BOOST_TEST(json_at(answer.body, "/durability") == "fsync");
    BOOST_TEST(!json_at(answer.body, "/not_before").empty());
    BOOST_TEST(!json_at(answer.body, "/state").empty());
    BOOST_REQUIRE(destination().wait_for(1));
    auto const sent = destination().deliveries().at(0).request;
    BOOST_TEST(sent.method == "PATCH");
    BOOST_TEST(sent.target == "/crm");
    BOOST_TEST(sent.header("X-Kind") == "test");
    BOOST_TEST(sent.body == "plain text");
}

BOOST_AUTO_TEST_CASE(a_json_body_is_sent_as_it_was_written) {
    accept(R"({"destination":"crm","body":{ "n" : 1.10, "big":12345678901234567890123,"a":[ ]}})");
    BOOST_REQUIRE(destination().wait_for(1));
    BOOST_TEST(destination().deliveries().at(0).request.body ==
               R"({ "n" : 1.10, "big":12345678901234567890123,"a":[ ]})");
}

BOOST_AUTO_TEST_CASE(a_base64_body_is_sent_as_bytes) {
    accept(R"({"destination":"crm","body_base64":"AAEC/w=="})");
    BOOST_REQUIRE(destination().wait_for(1));
    BOOST_TEST(
        (destination().deliveries().at(0).request.body == std::string("\x00\x01\x02\xff", 4)));
}

BOOST_AUTO_TEST_CASE(a_delivered_task_shows_its_attempt) {
    auto const id = accept(R"({"destination":"crm","body":"x"})");
    BOOST_REQUIRE(wait_for_state(id, "delivered"));
    auto const seen = task(id).body;
    BOOST_TEST(json_at(seen, "/id") == id);
    BOOST_TEST(json_at(seen, "/destination") == "crm");
    BOOST_TEST(json_at(seen, "/account") == "163");
    BOOST_TEST(json_at(seen, "/attempts/0/n") == "1");
    BOOST_TEST(json_at(seen, "/attempts/0/status") == "200");
    BOOST_TEST(!json_at(seen, "/attempts/0/at").empty());
    BOOST_TEST(!json_at(seen, "/attempts/0/duration_ms").empty());
}

BOOST_AUTO_TEST_CASE(a_scheduled_task_says_why_it_waits_and_can_be_cancelled_once) {
    auto const id = accept(R"({"destination":"crm","body":"x","delay":"1h"})");
    BOOST_TEST(json_at(task(id).body, "/state") == "scheduled");
    auto const why = client().get("/v1/tasks/" + id + "/explain", bearer());
    BOOST_TEST(why.status == 200);
    BOOST_TEST(json_at(why.body, "/reasons/0/kind") == "not_due");
    BOOST_TEST(client().request("DELETE", "/v1/tasks/" + id, bearer()).status == 200);
    BOOST_TEST(json_at(task(id).body, "/state") == "cancelled");
    BOOST_TEST(client().request("DELETE", "/v1/tasks/" + id, bearer()).status == 409);
    BOOST_TEST(destination().count() == 0U);
}

BOOST_AUTO_TEST_CASE(a_delivered_task_cannot_be_cancelled) {
    auto const id = accept(R"({"destination":"crm","body":"x"})");
    BOOST_REQUIRE(wait_for_state(id, "delivered"));
    BOOST_TEST(client().request("DELETE", "/v1/tasks/" + id, bearer()).status == 409);
}

BOOST_AUTO_TEST_CASE(a_short_delay_passes_before_the_task_is_sent) {
    auto const before = std::chrono::steady_clock::now();
    accept(R"({"destination":"crm","body":"x","delay":"700ms"})");
    BOOST_REQUIRE(destination().wait_for(1));
    auto const waited = destination().deliveries().at(0).at - before;
    BOOST_TEST((waited >= std::chrono::milliseconds(690)));
}

BOOST_AUTO_TEST_CASE(headers_that_are_the_gateways_own_are_refused) {
    for (std::string const name : {"webhook-id", "Webhook-Timestamp", "WEBHOOK-SIGNATURE", "Host",
                                   "Expect", "Content-Length", "Connection"}) {
        auto const body = R"({"destination":"crm","headers":{")" + name + R"(":"x"}})";
        auto const answer = client().post("/v1/tasks", json_bearer(), body);
        BOOST_TEST(answer.status == 422, name);
        BOOST_TEST(json_at(answer.body, "/errors/0/pointer") == "/headers/" + name);
    }
    auto const twice = client().post("/v1/tasks", json_bearer(),
                                     R"({"destination":"crm","headers":{"X-A":"1","x-a":"2"}})");
    BOOST_TEST(twice.status == 422);
    BOOST_TEST(json_at(twice.body, "/errors/0/detail") == "This header is given twice.");
}

BOOST_AUTO_TEST_CASE(every_answer_is_xml_where_xml_is_asked_for) {
    auto headers = json_bearer();
    headers.emplace_back("Accept", "application/xml");
    auto const made =
        client().post("/v1/tasks", headers, R"({"destination":"crm","body":"x","delay":"1h"})");
    BOOST_TEST(made.status == 202);
    BOOST_TEST(made.header("Content-Type") == "application/xml");
    BOOST_TEST(made.body.starts_with("<response><id>"));
    auto const id = made.body.substr(14, 36);
    auto const seen = client().get("/v1/tasks/" + id, headers);
    BOOST_TEST(seen.body.starts_with("<response><id>" + id + "</id><state>scheduled</state>"));
    auto const why = client().get("/v1/tasks/" + id + "/explain", headers);
    BOOST_TEST(why.body.find("<reasons><kind>not_due</kind>") != std::string::npos);
    auto const gone = client().request("DELETE", "/v1/tasks/" + id, headers);
    BOOST_TEST(gone.body == "<response><id>" + id + "</id><state>cancelled</state></response>");
    auto const none = client().get("/v1/tasks/01890000-0000-7000-8000-000000000000", headers);
    BOOST_TEST(none.header("Content-Type").starts_with("application/problem+xml"));
    auto const many = client().post("/v1/tasks:batch", headers,
                                    R"({"tasks":[{"destination":"crm","delay":"1h"}]})");
    BOOST_TEST(many.body.starts_with("<response><results><index>0</index><id>"));
    headers.back().second = "text/csv";
    BOOST_TEST(client().post("/v1/tasks", headers, R"({"destination":"crm"})").status == 406);
}

BOOST_AUTO_TEST_CASE(a_finished_task_is_explained_too) {
    auto const id = accept(R"({"destination":"crm","body":"x"})");
    BOOST_REQUIRE(wait_for_state(id, "delivered"));
    auto const why = client().get("/v1/tasks/" + id + "/explain", bearer());
    BOOST_TEST(why.status == 200);
    BOOST_TEST(json_at(why.body, "/state") == "delivered");
    BOOST_TEST(json_at(why.body, "/destination") == "crm");
    BOOST_TEST(json_at(why.body, "/reasons") == "[]");
}

BOOST_AUTO_TEST_CASE(head_is_answered_as_get_without_its_body) {
    auto const id = accept(R"({"destination":"crm","body":"x","delay":"1h"})");
    for (std::string const& path : {"/v1/tasks/" + id, "/v1/tasks/" + id + "/explain",
                                    std::string("/v1/agents"), std::string("/v1/users/1234567")}) {
        auto const got = client().get(path, bearer());
        auto const head = client().request("HEAD", path, bearer());
        BOOST_TEST(head.status == got.status, path);
        BOOST_TEST(head.body.empty());
    }
}

BOOST_AUTO_TEST_CASE(an_unknown_task_is_not_found) {
    auto const answer = task("01890000-0000-7000-8000-000000000000");
    BOOST_TEST(answer.status == 404);
    BOOST_TEST(task("nonsense").status == 404);
}

BOOST_AUTO_TEST_CASE(without_a_valid_bearer_nothing_can_be_seen_or_done) {
    auto const id = accept(R"({"destination":"crm","body":"x","delay":"1h"})");
    auto const wrong = http_headers{{"Authorization", "Bearer " + std::string(64, 'x')}};
    for (auto const& headers : {http_headers{}, wrong}) {
        BOOST_TEST(client().get("/v1/tasks/" + id, headers).status == 401);
        BOOST_TEST(client().request("DELETE", "/v1/tasks/" + id, headers).status == 401);
        BOOST_TEST(client().post("/v1/tasks", headers, R"({"destination":"crm"})").status == 401);
    }
    BOOST_TEST(json_at(task(id).body, "/state") == "scheduled");
}

BOOST_AUTO_TEST_CASE(a_batch_has_a_result_for_each_task) {
    auto const answer = client().post("/v1/tasks:batch", json_bearer(),
                                      R"({"tasks":[{"destination":"crm","body":"1"},)"
                                      R"({"destination":"nowhere","body":"2"},)"
                                      R"({"destination":"crm","body":"3"}]})");
    BOOST_TEST(answer.status == 202);
    BOOST_TEST(json_at(answer.body, "/results/0/index") == "0");
    BOOST_TEST(json_at(answer.body, "/results/0/id").size() == 36U);
    BOOST_TEST(json_at(answer.body, "/results/1/index") == "1");
    BOOST_TEST(json_at(answer.body, "/results/1/status") == "422");
    BOOST_TEST(!json_at(answer.body, "/results/1/errors/0/pointer").empty());
    BOOST_TEST(json_at(answer.body, "/results/2/id").size() == 36U);
    BOOST_REQUIRE(destination().wait_for(2));
    BOOST_TEST(metric("sluice_tasks_accepted_total") == 2);
}

BOOST_AUTO_TEST_CASE(an_entry_of_a_batch_for_several_destinations_names_its_tasks) {
    auto const answer = client().post("/v1/tasks:batch", json_bearer(),
                                      R"({"tasks":[{"destination":"crm","delay":"1h"},)"
                                      R"({"destination":["crm","central"],"delay":"1h"}]})");
    BOOST_TEST(answer.status == 202);
    BOOST_TEST(json_at(answer.body, "/results/0/ids").empty());
    auto const group = json_at(answer.body, "/results/1/id");
    BOOST_TEST(json_at(answer.body, "/results/1/request-id").empty());
    BOOST_TEST(json_at(answer.body, "/results/1/ids/2").empty());
    auto const all = client().get("/v1/tasks?group=" + group, bearer());
    BOOST_TEST(json_at(all.body, "/tasks/0/id") == json_at(answer.body, "/results/1/ids/0"));
    BOOST_TEST(json_at(all.body, "/tasks/1/id") == json_at(answer.body, "/results/1/ids/1"));
    BOOST_TEST(json_at(all.body, "/tasks/1/destination") == "central");
}

BOOST_AUTO_TEST_CASE(a_batch_may_be_lines_of_json) {
    auto headers = bearer();
    headers.emplace_back("Content-Type", "application/x-ndjson");
    auto const answer = client().post("/v1/tasks:batch", headers,
                                      "{\"destination\":\"crm\",\"body\":\"1\"}\n"
                                      "{\"destination\":\"crm\",\"body\":\"2\"}\n");
    BOOST_TEST(answer.status == 202);
    BOOST_TEST(json_at(answer.body, "/results/1/id").size() == 36U);
    BOOST_REQUIRE(destination().wait_for(2));
}

BOOST_AUTO_TEST_CASE(a_batch_without_one_good_task_is_refused) {
    auto const answer = client().post("/v1/tasks:batch", json_bearer(),
                                      R"({"tasks":[{"destination":"nowhere","body":"2"}]})");
    BOOST_TEST(answer.status == 422);
    BOOST_TEST(metric("sluice_tasks_accepted_total") == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace tasks_test
