// The stream of events: what happens is told as it happens, to those who listen.
#include "tests/e2e/operator_fixture.hpp"
#include "tests/support/raw_client.hpp"

namespace events_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

struct events_fixture : operator_fixture {
    // Somebody who listens; the head has been read.
    std::unique_ptr<raw_client> listen(std::string const& query = {}) {
        auto listener = std::make_unique<raw_client>(ports().admin_listener);
        listener->send("GET /v1/events" + query +
                       " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + admin_token +
                       "\r\n\r\n");
        auto const head = listener->receive_through("\r\n\r\n");
        BOOST_TEST(head.starts_with("HTTP/1.1 200 "));
        BOOST_TEST(head.find("Content-Type: text/event-stream") != std::string::npos);
        listener->receive_through("retry: 2000\n\n");
        return listener;
    }
    // The data of the next event of a kind; those before it are passed over.
    static std::string next(raw_client& from, std::string const& kind) {
        for (int i = 0; i < 100; ++i) {
            auto const frame = from.receive_through("\n\n");
            if (frame.find("event: " + kind + "\n") == frame.npos) continue;
            auto const begin = frame.find("data: ") + 6;
            return frame.substr(begin, frame.size() - begin - 2);
        }
        return {};
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(events, events_fixture)

BOOST_AUTO_TEST_CASE(a_delivery_is_told_attempt_by_attempt) {
    auto const listener = listen("?types=attempt,finished");
    auto const id = accept(R"({"destination":"crm","body":"x"})");
    auto const attempt = next(*listener, "attempt");
    BOOST_TEST(json_at(attempt, "/task") == id);
    BOOST_TEST(json_at(attempt, "/verdict") == "delivered");
    BOOST_TEST(json_at(attempt, "/status") == "200");
    BOOST_TEST(json_at(attempt, "/destination") == "crm");
    auto const finished = next(*listener, "finished");
    BOOST_TEST(json_at(finished, "/task") == id);
    BOOST_TEST(json_at(finished, "/state") == "delivered");
    BOOST_TEST(json_at(finished, "/account") == "163");
}

// As a browser does whose pages are left as soon as they are there.
BOOST_AUTO_TEST_CASE(listeners_that_come_and_go_leave_room_for_the_next) {
    for (int i = 0; i < 50; ++i)
        listen();
    auto const last = listen();
    post("/v1/destinations/crm/pause");
    BOOST_TEST(json_at(next(*last, "destination"), "/change") == "paused");
}

BOOST_AUTO_TEST_CASE(destinations_and_the_journal_are_told_too) {
    auto const listener = listen();
    BOOST_TEST(post("/v1/destinations/crm/pause", R"({"by":"anna"})").status == 200);
    auto const change = next(*listener, "destination");
    BOOST_TEST(json_at(change, "/change") == "paused");
    BOOST_TEST(json_at(change, "/by") == "anna");
    accept(R"({"destination":"crm","body":"x"})");
    BOOST_TEST(json_at(next(*listener, "synced"), "/records") != "0");
}

BOOST_AUTO_TEST_CASE(what_failed_and_was_changed_before_somebody_listens_is_told) {
    auto const dead = accept_dead();
    accept_delivered();
    BOOST_TEST(post("/v1/destinations/crm/pause", R"({"by":"anna"})").status == 200);
    auto const listener = listen("?recent=256");
    auto const attempt = next(*listener, "attempt");
    BOOST_TEST(json_at(attempt, "/task") == dead);
    BOOST_TEST(json_at(attempt, "/status") == "404");
    BOOST_TEST(json_at(next(*listener, "finished"), "/state") == "dead");
    BOOST_TEST(json_at(next(*listener, "destination"), "/by") == "anna");
    BOOST_TEST(post("/v1/destinations/crm/resume").status == 200);
    BOOST_TEST(json_at(next(*listener, "destination"), "/change") == "resumed");
    auto const newest = listen("?recent=1&types=finished");
    BOOST_TEST(json_at(next(*newest, "finished"), "/task") == dead);
    BOOST_TEST(look("/v1/events?recent=257").status == 422);
}

BOOST_AUTO_TEST_CASE(only_what_was_asked_for_is_told) {
    auto const listener = listen("?types=finished&destination=central");
    auto const all = listen("?types=finished");
    auto const id = accept(R"({"destination":"crm","body":"x"})");
    BOOST_TEST(json_at(next(*all, "finished"), "/task") == id);
    BOOST_TEST(listener->is_silent_for(std::chrono::milliseconds(100)));
    BOOST_TEST(look("/v1/events?types=nonsense").status == 422);
    BOOST_TEST(look("/v1/events?destination=nowhere").status == 422);
}

BOOST_AUTO_TEST_CASE(listeners_that_leave_make_room_and_calls_go_on) {
    for (int i = 0; i < 3; ++i) {
        auto const listener = listen("?types=finished");
        auto const id = accept_delivered();
        BOOST_TEST(json_at(next(*listener, "finished"), "/task") == id);
    }
    std::vector<std::unique_ptr<raw_client>> all;
    for (int i = 0; i < 13; ++i)
        all.push_back(listen());
    accept_delivered();
    BOOST_TEST(seen("/v1/destinations").size() > 0U);
}

BOOST_AUTO_TEST_CASE(the_end_of_the_gateway_ends_the_stream) {
    auto const listener = listen();
    BOOST_TEST(stop() == 0);
    listener->receive_all();
    start();
    BOOST_TEST(seen("/v1/accounts").size() > 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace events_test
