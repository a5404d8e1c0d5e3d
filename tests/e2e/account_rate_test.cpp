// The rate of an account: exact over all I/O threads and all its calls, and nothing of what is
// refused is queued.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/e2e/outbound_calls.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <csignal>
#include <thread>

namespace account_rate_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

constexpr char other_secret[] = "other-6789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

gateway_settings with_rate(int rate) {
    gateway_settings s;
    s.account = "rate = " + std::to_string(rate) + "\nperiod = \"1h\"";
    s.more = "\n[[account]]\nid = \"other\"\nsecrets = [\"" + std::string(other_secret) +
             "\"]\nallow_http = true\n";
    return s;
}

std::string webhook_body() {
    return R"({"apiVersion":"1.0","securityID":")" + std::string(security_id) +
           R"(","flowID":"flow0001","clientID":"c","contactNumbers":"9879964805"})";
}

void check_over_rate(http_response const& answer) {
    BOOST_TEST(answer.status == 429);
    auto const wait = answer.header("Retry-After");
    BOOST_REQUIRE(!wait.empty());
    BOOST_TEST(std::stoi(wait) > 0);
    BOOST_TEST(std::stoi(wait) <= 3600);
}

} // namespace

BOOST_AUTO_TEST_SUITE(account_rate)

BOOST_AUTO_TEST_CASE(every_call_of_an_account_counts_and_is_refused_past_its_rate) {
    gateway_under_test gateway(with_rate(5));
    auto client = gateway.client();
    http_headers const json = {{"Content-Type", "application/json"}};
    auto const task = R"({"destination":"crm","body":"x"})";
    auto const taken = client.post("/in/crm", {}, "x");
    BOOST_TEST(taken.status == 202);
    BOOST_TEST(client.post("/v1/webhooks/createOutbound", json, webhook_body()).status == 202);
    BOOST_TEST(client.post("/v1/tasks", json_bearer(), task).status == 202);
    BOOST_TEST(post_outbound(client, outbound_request({outbound_call("a")})).status == 202);
    auto const id = json_at(taken.body, "/request-id");
    BOOST_TEST(client.get("/v1/tasks/" + id, bearer()).status == 200);
    BOOST_TEST(gateway.destination().wait_for(4));

    check_over_rate(client.post("/in/crm", {}, "x"));
    check_over_rate(client.post("/v1/webhooks/createOutbound", json, webhook_body()));
    check_over_rate(client.post("/v1/tasks", json_bearer(), task));
    check_over_rate(client.post("/v1/tasks:batch", json_bearer(),
                                R"({"tasks":[{"destination":"crm","body":"x"}]})"));
    check_over_rate(client.get("/v1/tasks/" + id, bearer()));
    check_over_rate(client.request("DELETE", "/v1/tasks/" + id, bearer()));
    auto const outbound = post_outbound(client, outbound_request({outbound_call("b")}));
    check_over_rate(outbound);
    BOOST_TEST(outbound.body ==
               R"({"api-response-code":429,"api-response-message":"Too Many Requests"})");
    auto const dialer =
        post_outbound(client, outbound_request({outbound_call("b")}), {}, dialer_path);
    check_over_rate(dialer);
    BOOST_TEST(gateway.metric("sluice_tasks_accepted_total") == 4);
    BOOST_TEST(gateway.destination().count() == 4U);

    // Another account is not concerned.
    http_headers const other = {{"Authorization", std::string("Bearer ") + other_secret},
                                {"Content-Type", "application/json"}};
    BOOST_TEST(client.post("/v1/tasks", other, task).status == 202);
    // Nor do calls count that are nobody's.
    BOOST_TEST(client.get("/v1/tasks/" + id, {{"Authorization", "Bearer x"}}).status == 401);
}

BOOST_AUTO_TEST_CASE(the_rate_is_exact_over_all_threads) {
    constexpr int rate = 100;
    gateway_under_test gateway(with_rate(rate));
    std::atomic<int> accepted = 0;
    std::atomic<int> refused = 0;
    std::vector<std::thread> callers;
    for (int i = 0; i < 8; ++i) {
        callers.emplace_back([&] {
            auto client = gateway.client();
            for (int n = 0; n < 25; ++n) {
                auto const status = client.post("/in/crm", {}, "x").status;
                if (status == 202) ++accepted;
                if (status == 429) ++refused;
            }
        });
    }
    for (auto& each : callers)
        each.join();
    BOOST_TEST(accepted == rate);
    BOOST_TEST(refused == 200 - rate);
    BOOST_TEST(gateway.destination().wait_for(rate));
    BOOST_TEST(gateway.metric("sluice_tasks_accepted_total") == rate);
}

BOOST_AUTO_TEST_CASE(a_used_up_rate_comes_back_with_time_and_not_with_a_reload) {
    auto settings = with_rate(2);
    gateway_under_test gateway(settings);
    BOOST_TEST(gateway.client().post("/in/crm", {}, "x").status == 202);
    BOOST_TEST(gateway.client().post("/in/crm", {}, "x").status == 202);
    settings.more += route_table("/in/new", "\"crm\"");
    gateway.configure(settings);
    gateway.process().signal(SIGHUP);
    // The new route is there, and the account still has no call left.
    BOOST_TEST(wait_until([&] {
        auto const answer = gateway.client().try_request("POST", "/in/new");
        return answer && answer->status == 429;
    }));
    settings.account = "rate = 10\nperiod = \"1s\"";
    gateway.configure(settings);
    gateway.process().signal(SIGHUP);
    BOOST_TEST(wait_until([&] {
        auto const answer = gateway.client().try_request("POST", "/in/new");
        return answer && answer->status == 202;
    }));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace account_rate_test
