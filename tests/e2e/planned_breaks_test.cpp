// A break that is set for later: never early, never lost, over a kill. Takes the minute that it is
// about.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

namespace planned_breaks_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
using std::chrono::seconds;
using std::chrono::system_clock;

constexpr char path[] = "/v1/webhooks/setAgentBreak";
constexpr seconds delay{60};

http_response plan(gateway_under_test& gateway, std::string const& cli, bool is_break) {
    return gateway.client().post(path, {{"Content-Type", "application/json"}},
                                 R"({"cli":")" + cli + R"(","pause":)" +
                                     (is_break ? "true" : "false") + R"(,"delayMinutes":1})");
}

bool is_on_break(gateway_under_test& gateway, std::string const& cli) {
    auto const answer = gateway.client().try_request("GET", "/v1/agents/" + cli, bearer());
    return answer && json_at(answer->body, "/on_break") == "true";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(planned_breaks, gateway_under_test)

BOOST_AUTO_TEST_CASE(a_planned_break_begins_and_ends_at_its_time_after_a_kill) {
    BOOST_TEST(client()
                   .post(path, {{"Content-Type", "application/json"}},
                         R"({"cli":"9879964806","pause":true})")
                   .status == 200);
    auto const before = system_clock::now();
    BOOST_TEST(variable_of(plan(*this, "9879964805", true).body, "$flow.key.cli_pause_update") ==
               "true");
    BOOST_TEST(plan(*this, "9879964806", false).status == 200);
    auto const after = system_clock::now();
    kill();
    start();
    auto has_begun = system_clock::time_point();
    BOOST_TEST(wait_until(
        [&] {
            bool const has_changed =
                is_on_break(*this, "9879964805") || !is_on_break(*this, "9879964806");
            BOOST_REQUIRE((!has_changed || system_clock::now() >= before + delay));
            has_begun = system_clock::now();
            return is_on_break(*this, "9879964805") && !is_on_break(*this, "9879964806");
        },
        delay + seconds(30)));
    // Noticed within a second or so, counted from its own time.
    BOOST_TEST((has_begun - after - delay < seconds(10)));
    auto const answer = client().get("/v1/agents/9879964805/breaks", bearer());
    auto const counted = json_at(answer.body, "/agents/0/breaks/0/seconds");
    BOOST_TEST(std::stoi(counted) < 12);
    BOOST_TEST(json_at(answer.body, "/agents/0/breaks/0/source") == "webhook");
    // Carried out once: it is over when it is ended.
    BOOST_TEST(client()
                   .post(path, {{"Content-Type", "application/json"}},
                         R"({"cli":"9879964805","pause":false})")
                   .status == 200);
    kill();
    start();
    BOOST_TEST(!is_on_break(*this, "9879964805"));
    BOOST_TEST(!is_on_break(*this, "9879964806"));
}

BOOST_AUTO_TEST_CASE(what_is_planned_is_seen_taken_back_and_superseded) {
    std::string const of_agent = "/v1/agents/9879964805/planned";
    auto const planned = [&] {
        auto const answer = client().get(of_agent, bearer());
        BOOST_TEST(answer.status == 200);
        BOOST_TEST(json_at(answer.body, "/cli") == "919879964805");
        return json_at(answer.body, "/planned");
    };
    BOOST_TEST(planned() == "[]");
    BOOST_TEST(plan(*this, "9879964805", true).status == 200);
    BOOST_TEST(planned().find(R"("on_break":true,"source":"webhook")") != std::string::npos);
    auto const cancelled = client().request("DELETE", of_agent, bearer());
    BOOST_TEST(cancelled.status == 200);
    BOOST_TEST(json_at(cancelled.body, "/cancelled") == "1");
    BOOST_TEST(planned() == "[]");
    // What is set at once takes back what was planned.
    plan(*this, "9879964805", true);
    client().post(path, {{"Content-Type", "application/json"}},
                  R"({"cli":"9879964805","pause":false})");
    BOOST_TEST(planned() == "[]");
    BOOST_TEST(client().get(of_agent).status == 401);
    BOOST_TEST(client().get("/v1/agents/1/planned", bearer()).status == 404);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace planned_breaks_test
