// Several gateways over one PostgreSQL: any of them answers for all, and says who is missing.
#include "tests/e2e/cluster_members.hpp"
#include "tests/support/postgres_server.hpp"

#include <boost/test/unit_test.hpp>

namespace cluster_answers_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

http_headers operator_bearer() {
    return {{"Authorization", std::string("Bearer ") + admin_token}};
}

// A task that waits for an hour; its id.
std::string post_for_later(gateway_under_test& to) {
    auto const answer = to.client().post("/v1/tasks", json_bearer(),
                                         R"({"destination":"shared","delay":"1h","body":"later"})");
    BOOST_REQUIRE_MESSAGE(answer.status == 202, answer.body);
    return json_at(answer.body, "/id");
}

std::string gateway_of(gateway_under_test& asked, std::string const& id) {
    auto const shown = asked.admin().get("/v1/tasks/" + id, operator_bearer());
    return shown.status == 200 ? json_at(shown.body, "/gateway") : std::to_string(shown.status);
}

// Born in a log that nobody has.
constexpr char unknown_id[] = "019ab3de-4c00-7abc-8123-456789abcdef";

} // namespace

BOOST_AUTO_TEST_SUITE(cluster_answers)

BOOST_AUTO_TEST_CASE(any_gateway_answers_for_all_and_says_who_is_missing) {
    auto const url = shared_postgres().make_database();
    recording_destination destination;
    gateway_under_test one(cluster_member("gw-1", url, destination));
    gateway_under_test other(cluster_member("gw-2", url, destination));
    auto const id = post_for_later(one);
    BOOST_TEST(wait_until([&] { return other.task(id).status == 200; })); // they know each other
    BOOST_TEST(other.task(unknown_id).status == 404);
    BOOST_TEST(gateway_of(other, id) == "gw-1");
    BOOST_TEST(gateway_of(one, id) == "gw-1");
    auto const list = other.admin().get("/v1/tasks", operator_bearer());
    BOOST_TEST(json_at(list.body, "/tasks/0/id") == id);

    one.kill();
    auto const open = other.task(unknown_id);
    BOOST_TEST(open.status == 503);
    BOOST_TEST(json_at(open.body, "/missing/0") == "gw-1");
    BOOST_TEST(wait_until([&] { return gateway_of(other, id) == "gw-2"; }));
    BOOST_TEST(wait_until([&] { return other.task(unknown_id).status == 404; }));
    // It comes back with another log: the task of its old one is where it was taken to.
    one.start();
    BOOST_TEST(wait_until([&] { return gateway_of(one, id) == "gw-2"; }));
    BOOST_TEST(one.client().request("DELETE", "/v1/tasks/" + id, json_bearer()).status == 200);
    BOOST_TEST(json_at(other.task(id).body, "/state") == "cancelled");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cluster_answers_test
