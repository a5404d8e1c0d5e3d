// What an operator finds by what a customer quotes, and what he sees of one task: what was
// received, what was sent. And finished tasks sent anew.
#include "tests/e2e/operator_fixture.hpp"
#include "tests/support/wait_until.hpp"

namespace task_search_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

using ids = std::vector<std::string>;

struct search_fixture : operator_fixture {
    search_fixture()
        : operator_fixture(settings()) {}

    static gateway_settings settings() {
        gateway_settings made;
        made.crm = "headers = { X-Api-Key = \"the-crm-key\" }";
        return made;
    }
    // A call of createOutbound that waits for an hour, and its task.
    std::string accept_outbound(std::string const& client, std::string const& number,
                                int delay_minutes = 60) {
        auto const body = R"({"apiVersion":"1.0","securityID":")" + std::string(security_id) +
                          R"(","flowID":"flow0001","clientID":")" + client +
                          R"(","delayMinutes":)" + std::to_string(delay_minutes) +
                          R"(,"contactNumbers":")" + number + "\"}";
        auto const answer = this->client().post("/v1/webhooks/createOutbound",
                                                {{"Content-Type", "application/json"}}, body);
        BOOST_REQUIRE_EQUAL(answer.status, 202);
        return json_at(answer.body, "/request-id");
    }
    ids found(std::string const& query) { return ids_in(seen("/v1/tasks?" + query)); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(task_search, search_fixture)

BOOST_AUTO_TEST_CASE(a_waiting_call_is_found_by_what_a_customer_quotes) {
    auto const one = accept_outbound("client-1", "98799 64805");
    auto const two = accept_outbound("client-2", "9879964806");
    auto const other = accept_later();
    for (auto const* spelled :
         {"9879964805", "%2B919879964805", "098799-64805", "98799+64805", "0091+98799+64805"})
        BOOST_TEST((found(std::string("contact=") + spelled) == ids{one}), spelled);
    BOOST_TEST((found("client=client-2") == ids{two}));
    BOOST_TEST((found("flow=flow0001") == ids{two, one}));
    BOOST_TEST((found("flow=flow0001&contact=9879964806") == ids{two}));
    BOOST_TEST((found("text=CLIENT-1") == ids{one}));
    BOOST_TEST((found("webhook_id=" + other) == ids{other}));
    BOOST_TEST(found("contact=9879964807").empty());
    BOOST_TEST(found("client=client").empty());
    auto const page = seen("/v1/tasks?text=nowhere");
    BOOST_TEST(json_at(page, "/looked") == "3");
    BOOST_TEST(json_at(page, "/stopped_at") == "null");
    BOOST_TEST(json_at(page, "/total") == "null");
}

BOOST_AUTO_TEST_CASE(keys_and_the_senders_own_webhook_id_are_found) {
    auto headers = json_bearer();
    headers.emplace_back("Idempotency-Key", "order-77");
    auto const keyed = json_at(
        client().post("/v1/tasks", headers, R"({"destination":"crm","delay":"1h"})").body, "/id");
    auto const ordered = accept(R"({"destination":"crm","delay":"1h","order_key":"customer-9"})");
    BOOST_TEST((found("idempotency_key=order-77") == ids{keyed}));
    BOOST_TEST(found("idempotency_key=order-78").empty());
    BOOST_TEST((found("order_key=customer-9") == ids{ordered}));
    auto const mine = client().post("/in/crm/x?y=1",
                                    {{"webhook-id", "msg_mine"},
                                     {"webhook-timestamp", "1700000000"},
                                     {"webhook-signature", "v1,abc"}},
                                    "hello");
    auto const id = json_at(mine.body, "/request-id");
    BOOST_REQUIRE(wait_for_state(id, "delivered"));
    BOOST_TEST((found("webhook_id=msg_mine") == ids{id}));
    BOOST_TEST((found("text=hello&state=delivered") == ids{id}));
}

// A task's own id and what its sender brought go by one name; all the rest counts beside it.
BOOST_AUTO_TEST_CASE(a_webhook_id_fits_with_everything_else_or_not_at_all) {
    auto const id = accept_outbound("client-1", "98799 64805");
    auto const by = "webhook_id=" + id;
    BOOST_TEST((found(by) == ids{id}));
    BOOST_TEST((found(by + "&client=client-1&contact=9879964805&state=scheduled") == ids{id}));
    for (auto const* wrong :
         {"client=client-2", "contact=9879964806", "text=nowhere", "flow=flow0002", "state=dead",
          "destination=crm", "order_key=none", "idempotency_key=none", "account=none"})
        BOOST_TEST(found(by + "&" + wrong).empty(), wrong);
    auto const done = accept_delivered();
    auto const dry = post("/v1/tasks:replay", R"({"dry_run":true,"webhook_id":")" + done + "\"}");
    BOOST_TEST(json_at(dry.body, "/matched") == "1", dry.body);
}

BOOST_AUTO_TEST_CASE(a_dry_run_counts_each_named_task_that_is_there_once) {
    auto const waiting = accept_later();
    auto const list = R"({"dry_run":true,"ids":[")" + waiting + R"(",")" + waiting +
                      R"(","01890000-0000-7000-8000-000000000000"]})";
    BOOST_TEST(json_at(post("/v1/tasks:cancel", list).body, "/matched") == "1");
    BOOST_TEST(json_at(post("/v1/dead:purge", list).body, "/matched") == "0");
    BOOST_TEST(json_at(seen("/v1/tasks/" + waiting), "/state") == "scheduled");
}

BOOST_AUTO_TEST_CASE(pages_of_a_search_lead_through_everything_once) {
    ids expected;
    for (int i = 0; i < 5; ++i)
        expected.insert(expected.begin(), accept_outbound("same", "9879964805"));
    for (int i = 0; i < 2; ++i)
        accept_later();
    ids all;
    std::string query = "client=same&limit=2";
    for (int pages = 0; pages < 9 && !query.empty(); ++pages) {
        auto const page = seen("/v1/tasks?" + query);
        for (auto const& id : ids_in(page))
            all.push_back(id);
        auto const next = json_at(page, "/next");
        query = next == "null" ? "" : "client=same&limit=2&cursor=" + next;
    }
    std::ranges::sort(all);
    std::ranges::sort(expected);
    BOOST_TEST(all == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_task_shows_what_was_received_and_what_was_sent_without_secrets) {
    auto const id = accept_outbound("client-1", "98799 64805", 0);
    BOOST_REQUIRE(
        wait_until([&] { return json_at(seen("/v1/tasks/" + id), "/state") == "delivered"; }));
    auto const body = seen("/v1/tasks/" + id);
    BOOST_TEST(json_at(body, "/received/method") == "POST");
    BOOST_TEST(json_at(body, "/received/url") == "/v1/webhooks/createOutbound");
    BOOST_TEST(json_at(body, "/received/headers/Content-Type") == "application/json");
    BOOST_TEST(json_at(json_at(body, "/received/body"), "/contactNumbers") == "98799 64805");
    BOOST_TEST(json_at(json_at(body, "/received/body"), "/securityID") == "***");
    BOOST_TEST(json_at(body, "/sent/rendered_again") == "true");
    BOOST_TEST(json_at(body, "/sent/method") == "POST");
    BOOST_TEST(json_at(body, "/sent/url").ends_with("/kairos-apis/outbound/create"));
    BOOST_TEST(json_at(body, "/sent/headers/webhook-id") == id);
    auto const sent = json_at(body, "/sent/body");
    auto const arrived = destination().deliveries().at(0).request.body;
    BOOST_TEST(json_at(sent, "/calls/0/start-time") == json_at(arrived, "/calls/0/start-time"));
    BOOST_TEST(json_at(sent, "/calls/0/contact-numbers/0") == "919879964805");
    BOOST_TEST(json_at(sent, "/security-id") == "***");
    BOOST_TEST(body.find(security_id) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_proxied_call_is_shown_as_it_came_and_as_it_went) {
    auto const answer = client().post(
        "/in/crm/orders?id=7&token=s3cret",
        {{"Content-Type", "text/plain"}, {"X-Kind", "a"}, {"X-Secret", "s3cret"}}, "as it is");
    auto const id = json_at(answer.body, "/request-id");
    BOOST_REQUIRE(wait_for_state(id, "delivered"));
    auto const body = seen("/v1/tasks/" + id);
    BOOST_TEST(json_at(body, "/received/url") == "/in/crm/orders?id=7&token=***");
    BOOST_TEST(json_at(body, "/received/body") == "as it is");
    BOOST_TEST(json_at(body, "/received/headers/X-Kind") == "a");
    BOOST_TEST(json_at(body, "/received/headers/X-Secret") == "***");
    BOOST_TEST(json_at(body, "/sent/url").find("/crm/orders?id=7&token=***") != std::string::npos);
    BOOST_TEST(json_at(body, "/sent/headers/X-Api-Key") == "***");
    BOOST_TEST(json_at(body, "/sent/body") == "as it is");
    BOOST_TEST(body.find("s3cret") == std::string::npos);
    BOOST_TEST(body.find("the-crm-key") == std::string::npos);
}

// What is secret under one name is no less so under another, or in another form.
BOOST_AUTO_TEST_CASE(no_spelling_of_a_secret_is_shown) {
    auto const body =
        R"({"echo":"the-crm-\u006bey","n":"aGVsbG8tczNjcmV0","p":"t%6Fken=hush-hush-1"})";
    auto const answer =
        client().post("/in/crm/orders",
                      {{"Content-Type", "application/json"},
                       {"X-Token", "caller-s3cret-77"},
                       {"Referer", "https://h/?token=hush-hush-2&a=caller-s3cret-77"}},
                      body);
    auto const id = json_at(answer.body, "/request-id");
    BOOST_REQUIRE(wait_for_state(id, "delivered"));
    auto const shown = seen("/v1/tasks/" + id);
    BOOST_TEST(json_at(shown, "/received/headers/X-Token") == "***");
    BOOST_TEST(json_at(shown, "/received/headers/Referer") == "https://h/?token=***&a=***");
    BOOST_TEST(json_at(json_at(shown, "/sent/body"), "/echo") == "***");
    BOOST_TEST(json_at(json_at(shown, "/sent/body"), "/n") == "aGVsbG8tczNjcmV0");
    for (auto const* secret : {"caller-s3cret-77", "hush-hush", "the-crm-"})
        BOOST_TEST(shown.find(secret) == std::string::npos, secret);
    auto const bytes =
        client().post("/in/crm/orders", {{"Content-Type", "application/octet-stream"}},
                      std::string("\xFF\xFEtoken=hush-hush-3&n=1"));
    auto const other = json_at(bytes.body, "/request-id");
    BOOST_REQUIRE(wait_for_state(other, "delivered"));
    BOOST_TEST(json_at(seen("/v1/tasks/" + other), "/received/body_base64") ==
               "//50b2tlbj0qKiombj0x"); // FF FE "token=***&n=1"
}

BOOST_AUTO_TEST_CASE(a_task_that_waits_shows_what_would_be_sent_and_lists_show_no_bodies) {
    auto const id = accept(R"({"destination":"crm","delay":"1h","body":"quiet words"})");
    auto const body = seen("/v1/tasks/" + id);
    BOOST_TEST(json_at(body, "/sent") == "null");
    BOOST_TEST(json_at(body, "/would_send/body") == "quiet words");
    BOOST_TEST(json_at(json_at(body, "/received/body"), "/body") == "quiet words");
    BOOST_TEST(seen("/v1/tasks").find("quiet words") == std::string::npos);
    BOOST_TEST(stop() == 0);
    start();
    BOOST_TEST(json_at(seen("/v1/tasks/" + id), "/would_send/body") == "quiet words");
}

BOOST_AUTO_TEST_CASE(each_look_at_a_body_is_a_line_in_the_log) {
    auto const id = accept_later();
    seen("/v1/tasks/" + id);
    seen("/v1/tasks?text=words-nobody-wrote");
    BOOST_TEST(wait_until([&] {
        return log().find("an operator looked into a task") != std::string::npos &&
               log().find("an operator searched in what tasks carry") != std::string::npos;
    }));
    BOOST_TEST(log().find("words-nobody-wrote") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(delivered_tasks_are_replayed_by_a_filter_at_a_pace) {
    auto const first = accept(R"({"destination":"crm","body":"again 1"})");
    auto const second = accept(R"({"destination":"crm","body":"again 2"})");
    BOOST_REQUIRE(wait_for_state(first, "delivered"));
    BOOST_REQUIRE(wait_for_state(second, "delivered"));
    auto const waiting = accept_later();
    auto const dry = post("/v1/tasks:replay", R"({"destination":"crm","dry_run":true})");
    BOOST_TEST(dry.status == 200);
    BOOST_TEST(json_at(dry.body, "/matched") == "2");
    BOOST_TEST(json_at(dry.body, "/job") == "null");
    BOOST_TEST(destination().count() == 2U);
    BOOST_TEST(post("/v1/tasks:replay", R"({"destination":"crm","expected":1})").status == 409);
    auto const begun = post("/v1/tasks:replay", R"({"destination":"crm","rate":1000})");
    BOOST_TEST(begun.status == 202, begun.body);
    BOOST_TEST(json_at(begun.body, "/matched") == "2");
    auto const job = json_at(begun.body, "/job");
    BOOST_TEST(wait_until([&] { return json_at(seen("/v1/jobs/" + job), "/state") == "ended"; }));
    BOOST_TEST(json_at(seen("/v1/jobs/" + job), "/done") == "2");
    BOOST_TEST(json_at(seen("/v1/jobs/" + job), "/action") == "replay");
    BOOST_TEST(destination().wait_for(4));
    BOOST_TEST(json_at(seen("/v1/tasks/" + waiting), "/state") == "scheduled");
    auto const one = post("/v1/tasks:replay", R"({"text":"again 1"})");
    BOOST_TEST(one.status == 200);
    BOOST_TEST(json_at(one.body, "/matched") == "2"); // the first, and its replay
    BOOST_TEST(post("/v1/tasks:replay", "{}").status == 422);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace task_search_test
