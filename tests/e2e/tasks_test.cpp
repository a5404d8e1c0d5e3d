// /v1/tasks: a task as JSON, many at once, what can be seen of it, and how it is cancelled.
#include "tests/e2e/gateway_under_test.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

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
    auto const answer = client().post(
        "/v1/tasks:batch", json_bearer(),
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
