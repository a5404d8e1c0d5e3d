// Idempotency-Key: the first answer again, and one delivery, also after a restart.
#include "tests/e2e/gateway_under_test.hpp"

#include <boost/test/unit_test.hpp>

namespace idempotency_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

struct idempotency_fixture : gateway_under_test {
    http_response post(std::string const& key, std::string const& body,
                       std::string const& path = "/in/crm") {
        return client().post(path, {{"Idempotency-Key", key}}, body);
    }

    void check_same(http_response const& first, http_response const& again) {
        BOOST_TEST(again.status == first.status);
        BOOST_TEST(again.body == first.body);
        BOOST_TEST(again.header("Location") == first.header("Location"));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(idempotency, idempotency_fixture)

BOOST_AUTO_TEST_CASE(the_same_call_gets_the_first_answer_and_is_delivered_once) {
    auto const first = post("key-1", "body");
    BOOST_TEST(first.status == 202);
    check_same(first, post("key-1", "body"));
    BOOST_REQUIRE(destination().wait_for(1));
    BOOST_TEST(metric("sluice_tasks_accepted_total") == 1);
}

BOOST_AUTO_TEST_CASE(another_body_under_the_same_key_is_refused) {
    BOOST_TEST(post("key-1", "body").status == 202);
    auto const refused = post("key-1", "another body");
    BOOST_TEST(refused.status == 422);
    BOOST_TEST(refused.header("Content-Type").starts_with("application/problem+json"));
    BOOST_TEST(metric("sluice_tasks_accepted_total") == 1);
}

BOOST_AUTO_TEST_CASE(another_path_is_another_key) {
    auto const first = post("key-1", "body");
    auto const second = post("key-1", "body", "/in/crm/other");
    BOOST_TEST(second.status == 202);
    BOOST_TEST(second.header("Location") != first.header("Location"));
}

BOOST_AUTO_TEST_CASE(the_key_of_a_refused_call_can_be_used_again) {
    auto headers = json_bearer();
    headers.emplace_back("Idempotency-Key", "key-1");
    auto const refused = client().post("/v1/tasks", headers, R"({"destination":"nowhere"})");
    BOOST_TEST(refused.status == 422);
    auto const accepted = client().post("/v1/tasks", headers, R"({"destination":"crm"})");
    BOOST_TEST(accepted.status == 202);
}

BOOST_AUTO_TEST_CASE(the_key_survives_a_clean_restart) {
    auto const first = post("key-1", "body");
    BOOST_REQUIRE(destination().wait_for(1));
    BOOST_TEST(stop() == 0);
    start();
    check_same(first, post("key-1", "body"));
    BOOST_TEST(post("key-1", "another body").status == 422);
    BOOST_TEST(destination().count() == 1U);
}

BOOST_AUTO_TEST_CASE(the_key_survives_a_kill) {
    auto const first = post("key-1", "body");
    BOOST_TEST(first.status == 202);
    kill();
    start();
    check_same(first, post("key-1", "body"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace idempotency_test
