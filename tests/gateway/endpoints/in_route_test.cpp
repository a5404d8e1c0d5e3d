// What a connection's calls to a route come to, where their heads are the same and where not.
#include "tests/gateway/endpoints/whole_front.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

namespace in_route_test {

using namespace sluice;
using namespace sluice::tests;

namespace {

constexpr std::string_view route = R"(
[[route]]
path = "/in/crm"
account = "163"
destinations = ["crm"]
)";

std::string settings_with(std::string_view more = {}) {
    return std::string(one_destination).append(route).append(more);
}

struct route_front : whole_front {
    route_front()
        : whole_front(settings_with()) {}

    // The messages of all tasks.
    std::multiset<std::string> messages() {
        std::multiset<std::string> all;
        core().state().for_each([&](queue::task_view const& task) {
            auto const whole = core().state().snapshot(task.id, task.where.segment);
            all.emplace(whole->task.payload.view());
            return true;
        });
        return all;
    }
};

call_text call_with(std::string const& lines, std::string const& body,
                    std::string const& path = "/in/crm/a?q=1") {
    return {"POST", path, json_lines + lines, body};
}

// As they are made for calls on connections of their own.
std::multiset<std::string> messages_of(std::initializer_list<call_text> calls) {
    route_front each_alone;
    for (auto const& one : calls)
        BOOST_TEST(each_alone.ask(one).status == 202U);
    return each_alone.messages();
}

} // namespace

BOOST_AUTO_TEST_SUITE(in_route)

BOOST_FIXTURE_TEST_CASE(calls_with_one_head_have_bodies_of_their_own, route_front) {
    auto const first = call_with("X-Id: 1\r\n", "first");
    auto const other = call_with("X-Id: 1\r\n", "other");
    auto const connection = begin(first);
    connection->run();
    BOOST_TEST(connection->ask(other).status == 202U);
    BOOST_TEST(connection->ask(other).status == 202U);
    BOOST_TEST((messages() == messages_of({first, other, other})));
}

BOOST_FIXTURE_TEST_CASE(what_differs_in_a_head_reaches_its_message, route_front) {
    auto const first = call_with("X-Id: 1\r\n", "first");
    auto const with_id = call_with("X-Id: 2\r\n", "first");
    auto const longer = call_with("X-Id: 2\r\n", "longer");
    auto const elsewhere = call_with("X-Id: 1\r\n", "first", "/in/crm/b?q=1");
    auto const connection = begin(first);
    connection->run();
    for (auto const& one : {with_id, longer, elsewhere, first})
        BOOST_TEST(connection->ask(one).status == 202U);
    BOOST_TEST((messages() == messages_of({first, with_id, longer, elsewhere, first})));
}

BOOST_FIXTURE_TEST_CASE(a_secret_that_differs_is_looked_at, route_front) {
    auto const good = call_with({}, "x");
    auto bad = good;
    bad.lines.replace(bad.lines.find("0123"), 4, "4567");
    auto const connection = begin(good);
    connection->run();
    BOOST_TEST(connection->ask(bad).status == 401U);
    BOOST_TEST(connection->ask(bad).status == 401U);
    BOOST_TEST(connection->ask(good).status == 202U);
    BOOST_TEST(live_tasks() == 2U);
}

BOOST_FIXTURE_TEST_CASE(a_format_that_cannot_be_answered_is_refused_each_time, route_front) {
    auto const good = call_with("Accept: */*\r\n", "x");
    auto const bad = call_with("Accept: a/b\r\n", "x");
    auto const xml = call_with("Accept: application/xml\r\n", "x");
    auto const connection = begin(good);
    connection->run();
    BOOST_TEST(connection->ask(bad).status == 406U);
    BOOST_TEST(connection->ask(bad).status == 406U);
    BOOST_TEST(connection->ask(xml).header("Content-Type") == "application/xml");
    BOOST_TEST(connection->ask(good).header("Content-Type") == "application/json");
}

BOOST_FIXTURE_TEST_CASE(a_reload_counts_for_a_head_that_is_known, route_front) {
    auto const one = call_with({}, "x");
    auto const connection = begin(one);
    connection->run();
    std::string other_secret = settings_with();
    other_secret.replace(other_secret.find("0123"), 4, "4567");
    reload(other_secret);
    BOOST_TEST(connection->ask(one).status == 401U);
    reload(settings_with());
    BOOST_TEST(connection->ask(one).status == 202U);
    reload(one_destination);
    BOOST_TEST(connection->ask(one).status == 404U);
    reload(settings_with());
    BOOST_TEST(connection->ask(one).status == 202U);
}

BOOST_FIXTURE_TEST_CASE(a_key_counts_for_each_call_of_a_head, route_front) {
    auto const keyed = call_with("Idempotency-Key: k\r\n", "x");
    auto const connection = begin(keyed);
    auto const first = take_answers(connection->run()).front();
    BOOST_TEST(connection->ask(keyed).body == first.body);
    auto other_body = keyed;
    other_body.body = "y";
    BOOST_TEST(connection->ask(other_body).status == 422U);
    BOOST_TEST(live_tasks() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace in_route_test
