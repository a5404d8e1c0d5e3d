// A destination with `batch`: calls of one flow travel in one request, and each has its own
// outcome.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/e2e/outbound_calls.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <mutex>
#include <set>

namespace batch_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

gateway_settings settings() {
    gateway_settings s;
    s.central = "batch = 100\n"
                "retry = { schedule = [\"100ms\"], jitter = 0.0, max_attempts = 4 }";
    return s;
}

std::string answer_code(int code, std::string const& details = "null") {
    return R"({"api-response-code":)" + std::to_string(code) +
           R"(,"api-response-message":"x","call-details":)" + details + "}";
}

std::string detail(int code, std::string const& uuid) {
    return R"({"api-response-code":)" + std::to_string(code) + R"(,"phonon-uuid":")" + uuid + "\"}";
}

// The client identifiers of a request, in their order.
std::vector<std::string> clients_of(http_request const& request) {
    std::vector<std::string> all;
    for (int i = 0;; ++i) {
        auto const at = "/calls/" + std::to_string(i) + "/client-identifier";
        auto client = json_at(request.body, at);
        if (client.empty()) return all;
        all.push_back(std::move(client));
    }
}

struct batch_fixture : gateway_under_test {
    batch_fixture()
        : gateway_under_test(settings()) {}

    // Posts calls that fall due together in a moment; the ids of their tasks.
    std::vector<std::string> post(std::vector<std::string> const& clients,
                                  std::string const& flow = "flow0001") {
        std::vector<std::string> calls;
        for (auto const& client : clients) {
            calls.push_back(outbound_call(client, R"(,"start-time":")" + in_seconds(1) + "\""));
        }
        auto const answer = post_outbound(this->client(), outbound_request(calls, flow),
                                          {{"Prefer", "return=representation"}});
        BOOST_REQUIRE(answer.status == 202);
        std::vector<std::string> ids;
        for (std::size_t i = 0; i < clients.size(); ++i) {
            ids.push_back(
                json_at(answer.body, "/call-details/" + std::to_string(i) + "/request-id"));
        }
        return ids;
    }

    http_request sent(std::size_t n) { return destination().deliveries().at(n).request; }
    std::string result_of(std::string const& id, std::string const& name) {
        return variable_of(R"({"keys":)" + json_at(task(id).body, "/result") + "}", name);
    }
};

using names = std::vector<std::string>;

} // namespace

BOOST_FIXTURE_TEST_SUITE(batch, batch_fixture)

BOOST_AUTO_TEST_CASE(calls_of_one_flow_travel_in_one_request) {
    destination().answer_with([](http_request const& request, std::size_t) {
        std::string details = "[";
        for (auto const& client : clients_of(request)) {
            if (details.size() > 1) details += ',';
            details += detail(200, "uuid-" + client);
        }
        return destination_answer{.body = answer_code(200, details + "]")};
    });
    auto const ids = post({"a", "b", "c"});
    auto const other = post({"x"}, "flow0002");
    for (auto const& id : ids)
        BOOST_TEST(wait_for_state(id, "delivered"));
    BOOST_TEST(wait_for_state(other.at(0), "delivered"));
    BOOST_REQUIRE(destination().count() == 2U);
    auto const first = clients_of(sent(0)).size() == 3 ? sent(0) : sent(1);
    auto clients = clients_of(first); // by the ids of their tasks
    std::ranges::sort(clients);
    BOOST_TEST(clients == (names{"a", "b", "c"}), boost::test_tools::per_element());
    BOOST_TEST(json_at(first.body, "/flow-id") == "flow0001");
    BOOST_TEST(json_at(first.body, "/security-id") == security_id);
    BOOST_TEST(json_at(first.body, "/calls/2/start-time").ends_with("+05:30"));
    BOOST_TEST(first.header("webhook-id").starts_with("batch_"));
    for (std::size_t i = 0; i < ids.size(); ++i) {
        BOOST_TEST(result_of(ids[i], "$flow.key.obdPhononUUID") ==
                   names({"uuid-a", "uuid-b", "uuid-c"})[i]);
        BOOST_TEST(result_of(ids[i], "$flow.key.obdReqID") == ids[i]);
    }
    BOOST_TEST(metric("sluice_attempts_total", "central") == 2);
}

BOOST_AUTO_TEST_CASE(a_partial_answer_is_judged_call_by_call) {
    destination().answer_with([](http_request const& request, std::size_t n) {
        std::string details = "[";
        for (auto const& client : clients_of(request)) {
            if (details.size() > 1) details += ',';
            details += detail(client == "good" ? 200 : client == "bad" ? 205 : 206, "");
        }
        return destination_answer{.body =
                                      n == 1 ? answer_code(209, details + "]") : answer_code(200)};
    });
    auto const ids = post({"good", "bad", "later"});
    BOOST_TEST(wait_for_state(ids[0], "delivered"));
    BOOST_TEST(wait_for_state(ids[1], "dead"));
    BOOST_TEST(wait_for_state(ids[2], "delivered"));
    BOOST_TEST(json_at(task(ids[1]).body, "/dead_reason") == "answered 205 for this call");
    BOOST_TEST(result_of(ids[1], "$flow.key.obdResponseCode") == "205");
    BOOST_TEST(json_at(task(ids[2]).body, "/attempts/1/n") == "2");
    BOOST_REQUIRE(destination().count() == 2U);
    BOOST_TEST(clients_of(sent(1)) == names{"later"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_fails_as_a_whole_is_sent_again_byte_for_byte) {
    destination().answer_with([](http_request const&, std::size_t n) {
        destination_answer out;
        if (n == 1) out.status = 503;
        if (n == 2) out.hang_up = true;
        out.body = answer_code(n == 3 ? 206 : 201);
        return out;
    });
    auto const ids = post({"a", "b", "c"});
    BOOST_REQUIRE(destination().wait_for(1));
    auto const late = post({"late"}); // must not slip into the batch that is sent again
    for (auto const& id : ids)
        BOOST_TEST(wait_for_state(id, "delivered"));
    BOOST_TEST(wait_for_state(late.at(0), "delivered"));
    std::vector<http_request> of_batch;
    for (auto const& each : destination().deliveries()) {
        if (clients_of(each.request) != names{"late"}) of_batch.push_back(each.request);
    }
    BOOST_REQUIRE(of_batch.size() >= 3U);
    for (auto const& each : of_batch) {
        BOOST_TEST(each.body == of_batch.front().body);
        BOOST_TEST(each.header("webhook-id") == of_batch.front().header("webhook-id"));
    }
}

BOOST_AUTO_TEST_CASE(a_partial_answer_that_tells_nothing_is_a_failure_of_the_whole) {
    destination().answer_with([](http_request const&, std::size_t n) {
        return destination_answer{.body = answer_code(n < 3 ? 209 : 200)};
    });
    auto const ids = post({"a", "b"});
    for (auto const& id : ids)
        BOOST_TEST(wait_for_state(id, "delivered"));
    BOOST_REQUIRE(destination().count() == 3U);
    for (std::size_t n = 1; n < 3; ++n) {
        BOOST_TEST(sent(n).body == sent(0).body);
        BOOST_TEST(sent(n).header("webhook-id") == sent(0).header("webhook-id"));
    }
}

BOOST_AUTO_TEST_CASE(one_bad_call_does_not_sink_the_others) {
    destination().answer_with([](http_request const& request, std::size_t) {
        auto const clients = clients_of(request);
        bool const has_bad = std::ranges::find(clients, "bad") != clients.end();
        return destination_answer{.body = answer_code(has_bad ? 205 : 200)};
    });
    auto const ids = post({"a", "bad", "c"});
    BOOST_TEST(wait_for_state(ids[0], "delivered"));
    BOOST_TEST(wait_for_state(ids[1], "dead"));
    BOOST_TEST(wait_for_state(ids[2], "delivered"));
    BOOST_TEST(destination().count() == 4U);
}

BOOST_AUTO_TEST_CASE(after_a_crash_the_same_batch_goes_again) {
    destination().answer_with([](http_request const&, std::size_t n) {
        destination_answer out;
        out.body = answer_code(201);
        if (n == 1) out.delay = std::chrono::seconds(3);
        return out;
    });
    auto const ids = post({"a", "b", "c"});
    BOOST_REQUIRE(destination().wait_for(1));
    kill();
    start();
    auto const late = post({"late"});
    for (auto const& id : ids)
        BOOST_TEST(wait_for_state(id, "delivered"));
    BOOST_TEST(wait_for_state(late.at(0), "delivered"));
    auto const all = destination().deliveries();
    auto const again = std::ranges::count_if(
        all, [&](delivery const& each) { return each.request.body == all.front().request.body; });
    BOOST_TEST(again == 2);
    BOOST_TEST(all.size() == 3U);
}

BOOST_AUTO_TEST_CASE(the_webhook_travels_along_with_the_api) {
    gateway_settings paced = settings();
    paced.central += "\nrate = 1\nperiod = \"8s\"\nburst = 1";
    gateway_under_test gateway(paced);
    auto const call = [&](std::string const& client) {
        auto const body = R"({"apiVersion":"1.0","securityID":")" + std::string(security_id) +
                          R"(","flowID":"flow0001","clientID":")" + client +
                          R"(","contactNumbers":"9879964805"})";
        return gateway.client().post("/v1/webhooks/createOutbound",
                                     {{"Content-Type", "application/json"}}, body);
    };
    BOOST_TEST(call("first").status == 202); // takes the token; the others wait for the next
    BOOST_REQUIRE(gateway.destination().wait_for(1));
    std::set<std::string> waiting;
    for (int i = 0; i < 5; ++i) {
        BOOST_TEST(call("w" + std::to_string(i)).status == 202);
        waiting.insert("w" + std::to_string(i));
    }
    BOOST_TEST(post_outbound(gateway.client(), outbound_request({outbound_call("api")})).status ==
               202);
    waiting.insert("api");
    BOOST_REQUIRE(gateway.destination().wait_for(2));
    auto const clients = clients_of(gateway.destination().deliveries().at(1).request);
    BOOST_TEST((std::set<std::string>(clients.begin(), clients.end()) == waiting));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace batch_test
