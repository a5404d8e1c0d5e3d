// A route with `dedup`: calls with the same content within its window are one task, and each is
// answered as the first was.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <thread>

namespace dedup_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

gateway_settings settings() {
    gateway_settings s;
    s.more = route_table("/in/body", "\"crm\"", "dedup = \"body\"") +
             route_table("/in/pointer", "\"crm\"", "dedup = \"/event/id\"") +
             route_table("/in/header", "\"crm\"", "dedup = \"X-Event\"") +
             route_table("/in/brief", "\"crm\"", "dedup = \"body\"\ndedup_window = \"1s\"") +
             route_table("/in/two", "\"crm\", \"central2\"", "dedup = \"body\"") +
             destination_table("central2", "/second");
    return s;
}

struct dedup_fixture : gateway_under_test {
    dedup_fixture()
        : gateway_under_test(settings()) {}

    std::string location(std::string const& path, std::string const& body,
                         http_headers headers = {}) {
        auto const answer = client().post(path, headers, body);
        BOOST_TEST(answer.status == 202);
        return answer.header("Location");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(dedup, dedup_fixture)

BOOST_AUTO_TEST_CASE(the_same_body_is_one_task) {
    auto const first = client().post("/in/body", {}, "same");
    auto const again = client().post("/in/body", {}, "same");
    BOOST_TEST(again.status == 202);
    BOOST_TEST(again.body == first.body);
    BOOST_TEST(again.header("Location") == first.header("Location"));
    BOOST_TEST(location("/in/body", "other") != first.header("Location"));
    BOOST_TEST(location("/in/body/below", "same") != first.header("Location"));
    BOOST_REQUIRE(destination().wait_for(3));
    BOOST_TEST(metric("sluice_tasks_accepted_total") == 3);
    BOOST_TEST(location("/in/crm", "same") != location("/in/crm", "same"));
}

BOOST_AUTO_TEST_CASE(a_pointer_or_a_header_tells_what_is_the_same) {
    auto const first = location("/in/pointer", R"({"event":{"id":"7"},"try":1})");
    BOOST_TEST(location("/in/pointer", R"({"try":2,"event":{"id":"7"}})") == first);
    BOOST_TEST(location("/in/pointer", R"({"event":{"id":7}})") != first);
    BOOST_TEST(location("/in/pointer", R"({"event":{"id":"8"}})") != first);
    // What does not tell is always a task of its own.
    BOOST_TEST(location("/in/pointer", "{}") != location("/in/pointer", "{}"));
    BOOST_TEST(location("/in/pointer", "no JSON") != location("/in/pointer", "no JSON"));
    auto const event = location("/in/header", "a", {{"X-Event", "1"}});
    BOOST_TEST(location("/in/header", "b", {{"x-event", "1"}}) == event);
    BOOST_TEST(location("/in/header", "a", {{"X-Event", "2"}}) != event);
    BOOST_TEST(location("/in/header", "a") != location("/in/header", "a"));
}

BOOST_AUTO_TEST_CASE(a_pointer_into_a_body_of_an_unknown_coding_is_415) {
    http_headers const coded{{"Content-Encoding", "br"}};
    auto const refused = client().post("/in/pointer", coded, "\x0b\x02");
    BOOST_TEST(refused.status == 415);
    BOOST_TEST(refused.header("Accept-Encoding") == "gzip, deflate, zstd");
    // Where the bytes alone tell, nothing is read.
    BOOST_TEST(location("/in/body", "\x0b\x02", coded) == location("/in/body", "\x0b\x02", coded));
}

BOOST_AUTO_TEST_CASE(it_survives_a_restart_and_a_crash) {
    auto const delivered = location("/in/body", "delivered");
    BOOST_REQUIRE(destination().wait_for(1));
    BOOST_TEST(stop() == 0);
    start();
    BOOST_TEST(location("/in/body", "delivered") == delivered);
    destination().answer_with(
        [](http_request const&, std::size_t) { return destination_answer{.status = 503}; });
    auto const waiting = location("/in/body", "waiting");
    kill();
    start();
    BOOST_TEST(location("/in/body", "waiting") == waiting);
    BOOST_TEST(location("/in/body", "delivered") == delivered);
}

BOOST_AUTO_TEST_CASE(after_its_window_it_is_a_new_task) {
    auto const first = location("/in/brief", "same");
    BOOST_TEST(wait_until([&] { return location("/in/brief", "same") != first; }));
}

BOOST_AUTO_TEST_CASE(calls_that_come_at_once_get_the_same_answer) {
    for (int round = 0; round < 5; ++round) {
        auto const body = "round " + std::to_string(round);
        std::vector<http_response> answers(8);
        std::vector<std::thread> callers;
        for (auto& answer : answers) {
            callers.emplace_back([&] { answer = client().post("/in/body", {}, body); });
        }
        for (auto& each : callers)
            each.join();
        std::set<std::string> locations;
        for (auto const& answer : answers) {
            BOOST_TEST(answer.status == 202);
            locations.insert(answer.header("Location"));
        }
        BOOST_TEST(locations.size() == 1U);
    }
    BOOST_TEST(metric("sluice_tasks_accepted_total") == 5);
}

BOOST_AUTO_TEST_CASE(it_goes_together_with_an_idempotency_key_and_with_fan_out) {
    auto const first = location("/in/body", "same", {{"Idempotency-Key", "k"}});
    BOOST_TEST(location("/in/body", "same", {{"Idempotency-Key", "l"}}) == first);
    BOOST_TEST(client().post("/in/body", {{"Idempotency-Key", "k"}}, "other").status == 422);
    auto const group = location("/in/two", "same");
    BOOST_TEST(group.starts_with("/v1/tasks?group="));
    BOOST_TEST(location("/in/two", "same") == group);
    BOOST_REQUIRE(destination().wait_for(3));
    BOOST_TEST(destination().count() == 3U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace dedup_test
